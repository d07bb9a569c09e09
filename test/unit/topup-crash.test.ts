import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../main/sandbox/ledger/ledger.ts';
import { units } from './commerce-rig.ts';
import { openRecharge } from './topup-rig.ts';
import type { Recharge, RechargeOptions } from './topup-rig.ts';

/** The process is gone: thrown at one place, and nothing after it runs. */
class Killed extends Error {}

/** Counts the places around every transaction, ours and the card network's, and kills at one of them. */
function createKiller() {
  let count = 0;
  let at = Number.POSITIVE_INFINITY;
  const around = <T>(work: () => T): T => {
    if ((count += 1) >= at) throw new Killed();
    const result = work();
    if ((count += 1) >= at) throw new Killed();
    return result;
  };
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
    /** Kills from the n-th place on; 0 = counts alone. */
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
  const folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-top-up-'));
  folders.push(folder);
  return path.join(folder, 'ledger.sqlite');
}

interface Story extends RechargeOptions {
  readonly before: (rig: Recharge) => void;
  /** What is under way when the process is killed; again after it, where nothing of it is on disk. */
  readonly act: (rig: Recharge) => void;
  readonly begun: (rig: Recharge) => boolean;
  readonly after: (rig: Recharge) => unknown;
}

/** Plays the story once to its end, then once for each place it can be killed at; every end must be the same. */
function playAtEveryPlace(story: Story): { readonly places: number; readonly end: unknown } {
  const killer = createKiller();
  const base = newFile();
  const prepared = openRecharge({ ...story, file: base });
  story.before(prepared);
  prepared.close();
  const copy = newFile();
  const open = (wrap?: typeof killer.wrap): Recharge =>
    openRecharge({ ...story, file: copy, ...(wrap ? { wrap } : {}) });
  const begin = (): Recharge => {
    copyFileSync(base, copy);
    killer.arm(0);
    return open(killer.wrap);
  };

  const whole = begin();
  killer.arm(0);
  story.act(whole);
  const places = killer.counted();
  whole.travel(30_000);
  const end = story.after(whole);
  whole.close();
  for (let place = 1; place <= places; place += 1) {
    const first = begin();
    killer.arm(place);
    try {
      story.act(first);
    } catch (fault) {
      if (!(fault instanceof Killed)) throw fault;
    }
    first.close();
    const second = open();
    if (!story.begun(second)) story.act(second);
    second.travel(30_000);
    expect([place, story.after(second), second.ledger.journal.check().holds]).toEqual([place, end, true]);
    second.close();
  }
  return { places, end };
}

const count = (rig: Recharge, kind: string): number =>
  rig
    .alertKinds()
    .flat()
    .filter((each) => each === kind).length;

const told = (rig: Recharge) => ({
  balance: rig.balance(),
  captured: rig.captured(),
  payments: rig.payments(),
  tries: rig.automatic(),
  receipts: rig.receipts().length,
  low: count(rig, 'low'),
  declined: count(rig, 'top_up_declined'),
  capped: count(rig, 'top_up_capped'),
});

describe('killed at every place', () => {
  test('[TOP-14 P] a balance that falls far is topped up twice, told once, and nothing is doubled or lost', () => {
    const { places, end } = playAtEveryPlace({
      before: (rig) => rig.enable(),
      act: (rig) => rig.fallTo(-80),
      begun: (rig) => rig.balance() < 500,
      after: told,
    });
    expect(places).toBeGreaterThan(15);
    expect(end).toMatchObject({ balance: -30, captured: 50, payments: 2, receipts: 4, low: 1, capped: 1 });
  });

  test('[F-15] a refused card is one try, told once', () => {
    const { end } = playAtEveryPlace({
      before(rig) {
        rig.onlyMethod('no_funds');
        rig.enable();
      },
      act: (rig) => rig.fallTo(4),
      begun: (rig) => rig.balance() < 500,
      after: told,
    });
    expect(end).toMatchObject({ balance: 4, captured: 0, payments: 1, low: 1, declined: 1, receipts: 0 });
  });

  test('[F-09] an answer that was lost is asked for again', () => {
    const { end } = playAtEveryPlace({
      before(rig) {
        rig.onlyMethod('lost_answer');
        rig.enable();
      },
      act: (rig) => rig.fallTo(4),
      begun: (rig) => rig.balance() < 500,
      after: (rig) => ({ balance: rig.balance(), captured: rig.captured(), payments: rig.payments() }),
    });
    expect(end).toEqual({ balance: 29, captured: 25, payments: 1 });
  });

  test('[TOP-06 P] the first metered service: paid and on, or neither, and paid once', () => {
    const { end } = playAtEveryPlace({
      before: () => undefined,
      act: (rig) => void rig.buy({ kind: 'metered_service', service: 'sms', enabled: true }),
      begun: (rig) =>
        (rig.ledger.db.prepare<[], number>('SELECT count(*) FROM charges WHERE quote_id IS NOT NULL').pluck().get() ??
          0) > 0,
      after: (rig) => ({
        on: rig.services.metered.state('sms'),
        topUp: rig.topUp.settings().enabled,
        balance: rig.balance(),
        captured: rig.captured(),
      }),
    });
    expect(end).toEqual({ on: 'on', topUp: true, balance: 48.14, captured: 25 });
  });
});

test('[F-09] two programs on one ledger, both at a low balance, begin one payment', () => {
  const file = newFile();
  const one = openRecharge({ file });
  one.enable();
  one.onlyMethod('slow');
  const two = openRecharge({ file });
  one.fallTo(6);
  for (let posting = 1; posting <= 6; posting += 1) (posting % 2 === 0 ? one : two).fallTo(6 - posting / 2);
  expect(one.automatic()).toEqual([{ origin: 'threshold', state: 'open', amount: 25 }]);
  two.travel(10_000);
  expect(two.automatic()).toEqual([{ origin: 'threshold', state: 'done', amount: 25 }]);
  expect(units(two.balance())).toBe(units(28));
  one.close();
  two.close();
});
