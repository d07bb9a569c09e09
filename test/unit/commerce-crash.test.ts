import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { creditLine } from '../../main/sandbox/ledger/commerce/credit-line.ts';
import type { Ledger } from '../../main/sandbox/ledger/ledger.ts';
import { line, openShop, units } from './commerce-rig.ts';
import type { Shop, ShopOptions } from './commerce-rig.ts';

/** The process is gone: thrown at one place, and nothing after it runs. */
class Killed extends Error {}

/** Counts the places around every transaction, ours and the card network's, and kills at one of them. */
function createKiller() {
  let count = 0;
  let at = Number.POSITIVE_INFINITY;
  const pass = (): void => {
    if ((count += 1) === at) throw new Killed();
  };
  const around = <T>(work: () => T): T => {
    pass();
    const result = work();
    pass();
    return result;
  };
  /** The network opens its transactions on the database itself. */
  const wrapDb = (db: Database.Database): Database.Database =>
    new Proxy(db, {
      get(target, name) {
        if (name === 'transaction') {
          return (work: () => unknown) => ({ immediate: () => around(() => target.transaction(work).immediate()) });
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  return {
    wrap: (ledger: Ledger): Ledger => ({
      ...ledger,
      db: wrapDb(ledger.db),
      write: (work) => around(() => ledger.write(() => around(work))),
    }),
    /** Kills at the n-th place from now on; 0 = counts alone. */
    arm(place: number) {
      count = 0;
      at = place === 0 ? Number.POSITIVE_INFINITY : place;
    },
    counted: () => count,
  };
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFile(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-crash-'));
  folders.push(folder);
  return path.join(folder, 'ledger.sqlite');
}

interface Scenario {
  readonly options?: ShopOptions;
  /** Before anything is killed. */
  prepare?(shop: Shop): void;
  /** Asked for under one key; the same after the restart. */
  act(shop: Shop): void;
  /** After the restart and the repetition. */
  check(shop: Shop, before: number): void;
}

/** Runs the scenario once for every place it passes, killed there; answers how many there were. */
function killEverywhere(scenario: Scenario): number {
  const places = runWith(scenario, 0);
  for (let place = 1; place <= places; place += 1) runWith(scenario, place);
  return places;
}

const GOODS = [
  line({ id: 'a', timing: 'now_card', amount: units(10) }),
  line({ id: 'b', amount: units(2) }),
  line({ id: 'credit', item: 'credit', timing: 'now_card', amount: units(5) }),
];
const BALANCE_GOODS = [line({ id: 'a', amount: units(3) }), line({ id: 'b', amount: units(2) })];

function runWith(scenario: Scenario, place: number): number {
  const killer = createKiller();
  const file = newFile();
  const options: ShopOptions = { goods: { lines: GOODS }, ...scenario.options, file };
  const shop = openShop({ ...options, wrap: killer.wrap });
  shop.setBalance(units(50));
  scenario.prepare?.(shop);
  killer.arm(place);
  try {
    scenario.act(shop);
    if (place > 0) throw new Error(`Place ${place} was not passed`);
  } catch (fault) {
    if (!(fault instanceof Killed)) throw fault;
  }
  const passed = killer.counted();
  shop.close();
  const again = openShop(options);
  scenario.act(again);
  // What waits for an answer of the network gets it.
  again.travel(5_000);
  scenario.check(again, units(50));
  expect(again.ledger.journal.check().holds).toBe(true);
  expect(again.ledger.db.prepare(`SELECT count(*) FROM charges WHERE step <> 'none'`).pluck().get()).toBe(0);
  again.close();
  return passed;
}

/** Executes a quote kept for both runs, as a client that lost the answer does. */
function buy(shop: Shop): void {
  const kept = shop.ledger.db.prepare<[], string>(`SELECT id FROM quotes WHERE kind = 'metered_service'`).pluck().get();
  const quote = kept === undefined ? shop.quoteGoods() : shop.commerce.quoteById(kept);
  if (!quote) throw new Error('The quote is gone');
  shop.execute(quote, 'the-key');
}

const chargesOf = (shop: Shop) =>
  shop.ledger.db.prepare<[], { state: string }>(`SELECT state FROM charges WHERE key = 'the-key'`).all();

describe('killed at every step', () => {
  test('a purchase by card, balance and credit is done once', () => {
    const places = killEverywhere({
      prepare: (shop) => void shop.quoteGoods(),
      act: buy,
      check(shop, before) {
        expect(chargesOf(shop)).toEqual([{ state: 'done' }]);
        expect(shop.balance()).toBe(before - units(2) + units(5));
        expect(shop.commerce.network.captured()).toBe(units(15));
      },
    });
    expect(places).toBeGreaterThan(12);
  });

  test('a purchase whose answer from the network is lost is done once', () => {
    const places = killEverywhere({
      prepare(shop) {
        shop.onlyMethod('lost_answer');
        shop.quoteGoods();
      },
      act: buy,
      check(shop, before) {
        expect(chargesOf(shop)).toEqual([{ state: 'done' }]);
        expect(shop.balance()).toBe(before + units(3));
        expect(shop.commerce.network.captured()).toBe(units(15));
      },
    });
    expect(places).toBeGreaterThan(4);
  });

  test('a declined one takes nothing, and the next method is charged once', () => {
    const places = killEverywhere({
      prepare(shop) {
        shop.onlyMethod('no_funds');
        shop.addMethod('mastercard');
        shop.quoteGoods();
      },
      act: buy,
      check(shop, before) {
        expect(chargesOf(shop)).toEqual([{ state: 'done' }]);
        expect(shop.balance()).toBe(before + units(3));
        expect(shop.commerce.network.captured()).toBe(units(15));
      },
    });
    expect(places).toBeGreaterThan(4);
  });

  test('a purchase from the balance alone is done once', () => {
    const places = killEverywhere({
      options: { goods: { lines: BALANCE_GOODS } },
      prepare: (shop) => void shop.quoteGoods(),
      act: buy,
      check(shop, before) {
        expect(chargesOf(shop)).toEqual([{ state: 'done' }]);
        expect(shop.balance()).toBe(before - units(5));
      },
    });
    expect(places).toBeGreaterThan(4);
  });

  test('an automatic charge whose cause is repeated under its key is done once', () => {
    const places = killEverywhere({
      act: (shop) =>
        void shop.ledger.write(() =>
          shop.commerce.automaticCharge({
            origin: 'top_up',
            kind: 'top_up',
            key: 'the-key',
            description: 'Automatic top-up',
            lines: [creditLine(shop.ledger, units(25))],
            paymentMethodId: null,
          }),
        ),
      check(shop, before) {
        expect(chargesOf(shop)).toEqual([{ state: 'done' }]);
        expect(shop.balance()).toBe(before + units(25));
        expect(shop.commerce.network.captured()).toBe(units(25));
      },
    });
    expect(places).toBeGreaterThan(4);
  });

  test('a confirmation with the bank is booked once', () => {
    const places = killEverywhere({
      prepare(shop) {
        shop.onlyMethod('confirm');
        shop.execute(shop.quoteGoods(), 'the-key');
      },
      act(shop) {
        const charge = shop.commerce.chargeByKey('usr_dana', 'the-key');
        shop.commerce.confirmAction(charge?.actionToken ?? '', true);
      },
      check(shop, before) {
        // A bank that confirmed is asked at the latest when the page would have expired.
        shop.travel(15 * 60_000);
        expect(chargesOf(shop)).toEqual([{ state: 'done' }]);
        expect(shop.balance()).toBe(before + units(3));
        expect(shop.commerce.network.captured()).toBe(units(15));
      },
    });
    expect(places).toBeGreaterThan(4);
  });
});
