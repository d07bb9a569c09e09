import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { openBooks } from './ledger-rig.ts';

const DAY_MS = 86_400_000;

/** A job every `everyMs`, its last run kept in the books. */
function everyJob(rig: ReturnType<typeof openBooks>, name: string, everyMs: number, log: string[]) {
  const { ledger } = rig;
  const start = ledger.clock.now();
  const last = (): number =>
    Number(ledger.db.prepare('SELECT value FROM settings WHERE name = ?').pluck().get(name) ?? start);
  ledger.agenda.add({
    name,
    nextAt: () => last() + everyMs,
    run(at) {
      log.push(`${name} ${(at - start) / DAY_MS} ${(ledger.clock.now() - start) / DAY_MS}`);
      ledger.settings.put(name, at);
    },
  });
}

describe('time travel', () => {
  test('what time does happens in order, each at its own moment, once', () => {
    const rig = openBooks();
    const log: string[] = [];
    everyJob(rig, 'three', 3 * DAY_MS, log);
    everyJob(rig, 'two', 2 * DAY_MS, log);
    rig.ledger.clock.travelTo(rig.ledger.clock.now() + 6.5 * DAY_MS);
    expect(rig.ledger.agenda.runDue()).toBe(5);
    expect(log).toEqual(['two 2 2', 'three 3 3', 'two 4 4', 'three 6 6', 'two 6 6']);
    expect(rig.ledger.agenda.runDue()).toBe(0);
  });

  test('a job that fails leaves nothing behind and is due again', () => {
    const rig = openBooks();
    const { ledger } = rig;
    let broken = true;
    const at = ledger.clock.now() + DAY_MS;
    ledger.agenda.add({
      name: 'breaks once',
      nextAt: () => (ledger.settings.get('done', z.boolean(), () => false) ? undefined : at),
      run() {
        ledger.settings.put('done', true);
        if (broken) throw new Error('fault');
      },
    });
    ledger.clock.travelTo(at);
    expect(() => ledger.agenda.runDue()).toThrow('fault');
    broken = false;
    expect(ledger.agenda.runDue()).toBe(1);
  });

  test('a job that is due again at the moment it ran is a fault, not an endless loop', () => {
    const { ledger } = openBooks();
    const at = ledger.clock.now();
    ledger.agenda.add({ name: 'stuck', nextAt: () => at, run: () => undefined });
    expect(() => ledger.agenda.runDue()).toThrow('stuck');
  });

  test('the way back is refused, and the distance is kept with the books', () => {
    const { ledger } = openBooks();
    const start = ledger.clock.now();
    ledger.clock.travelTo(start + DAY_MS);
    expect(() => ledger.clock.travelTo(start)).toThrow(RangeError);
    expect(ledger.db.prepare('SELECT clock_offset_ms FROM account').pluck().get()).toBe(DAY_MS);
  });
});
