import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderEvent } from '../../main/provider/driver.ts';
import { HEARTBEAT_MS } from '../../main/sandbox/api/events.ts';
import { OUTBOX_KEPT } from '../../main/sandbox/ledger/outbox.ts';
import { ACCESS_TOKEN_SEC } from '../../main/sandbox/ledger/sign-ins.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { until } from '../support/until.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { startRig } from './sandbox-api-rig.ts';

let rig: Rig;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 22, 9));
  rig = await startRig({ clock });
});
afterEach(() => rig.stop());

let calls = 0;
function call(to = '+12125550123', from = '+14155550100'): string {
  calls += 1;
  const sipCallId = `event-${calls}@test`;
  const leg = { sipCallId, leg: 'a', direction: 'outbound', deviceId: null, from, to, emergency: false } as const;
  const admission = rig.books.admit(leg);
  if (admission.kind !== 'admitted') throw new Error(admission.reason);
  rig.books.answered(admission.legId);
  clock.advance(1_000);
  rig.books.ended(admission.legId, { sipCode: 200, cause: 'bye' });
  return sipCallId;
}

/** Follows as the sync does, keeping what came and the place to resume from. */
async function follow(role: 'owner' | 'user', lastEventId: string | null = null) {
  const { driver } = await rig.driver(role);
  const seen: ProviderEvent[] = [];
  const states: string[] = [];
  let place: string | null = lastEventId;
  const stream = driver.events(
    lastEventId,
    (event, eventId) => {
      seen.push(event);
      place = eventId ?? place;
    },
    (state) => states.push(state),
  );
  await until('the stream is open', () => states.includes('open'));
  return {
    seen,
    states,
    stream,
    place: () => place,
    callIds: () => seen.flatMap((event) => (event.kind === 'usage' ? event.rows.map((row) => row.sipCallId) : [])),
  };
}

describe('events', () => {
  test('a call that ended is told with its row and the new balance', async () => {
    const owner = await follow('owner');
    await until('the server knows the stream', () => rig.ledger.outbox.newest() === 0);
    const id = call();
    await until('both events', () => owner.seen.length === 2);
    expect(owner.seen[0]).toMatchObject({ kind: 'usage', rows: [{ sipCallId: id, amount: -13_000 }] });
    expect(owner.seen[1]).toMatchObject({
      kind: 'balance',
      balance: { value: { exact: { balance: { micros: 12_397_000 } } } },
    });
    owner.stream.close();
  });

  test('a user is told of the own calls only, and of no exact balance', async () => {
    const user = await follow('user');
    call('+12125550123', '+14155550100');
    const own = call('+12125550123', '+14155550102');
    await until('the own row', () => user.callIds().length === 1);
    expect(user.callIds()).toEqual([own]);
    await until('both balances', () => user.seen.filter((event) => event.kind === 'balance').length === 2);
    for (const event of user.seen) expect(JSON.stringify(event)).not.toContain('micros');
    user.stream.close();
  });

  test('a stream cut again and again loses nothing and doubles nothing', async () => {
    const owner = await follow('owner');
    const made: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      made.push(call(), call());
      rig.setFaults({ refuseEvents: round % 3 === 0 });
      // What is written before the cut may or may not arrive; what is written while nobody listens must wait.
      await fetch(`${rig.origin}/sandbox/streams`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${rig.api.adminKey}` },
      });
      made.push(call());
      rig.faults.clear();
      const opened = owner.states.length;
      await until('the stream is lost', () => owner.states.at(-1) === 'lost' || owner.states.length > opened);
      clock.advance(40_000);
      await until('the stream is back', () => owner.states.at(-1) === 'open');
    }
    await until('all rows', () => owner.callIds().length >= made.length);
    expect(owner.callIds()).toEqual(made);
    owner.stream.close();
  });

  test('a client that was closed resumes from its place', async () => {
    const before = await follow('owner');
    const first = call();
    await until('the first', () => before.callIds().length === 1 && before.seen.length === 2);
    before.stream.close();
    const second = call();
    const after = await follow('owner', before.place());
    await until('the second', () => after.callIds().length === 1);
    expect([first, second]).toEqual([...before.callIds(), ...after.callIds()]);
    after.stream.close();
  });

  test.each([
    ['of another ledger', 'otherepoch-1'],
    ['that never was', 'rubbish'],
  ])('a place %s answers resync', async (_, place) => {
    call();
    const owner = await follow('owner', place);
    await until('resync', () => owner.seen.length === 1);
    expect(owner.seen).toEqual([{ kind: 'resync' }]);
    const id = call();
    await until('what comes after', () => owner.callIds().length === 1);
    expect(owner.callIds()).toEqual([id]);
    owner.stream.close();
  });

  test('a place older than what is kept answers resync, the oldest kept one does not', async () => {
    const { db, outbox } = rig.ledger;
    const epoch = db.prepare('SELECT epoch FROM account').pluck().get() as string;
    db.transaction(() => {
      for (let index = 0; index < OUTBOX_KEPT + 300; index += 1) outbox.append('policy.updated', 0);
    })();
    const oldest = db.prepare('SELECT min(id) FROM events').pluck().get() as number;
    expect(outbox.after(oldest - 2, 1)).toBe('gone');
    expect(outbox.after(oldest - 1, 1)).toMatchObject([{ id: oldest }]);
    const owner = await follow('owner', `${epoch}-1`);
    await until('resync', () => owner.seen.length > 0);
    expect(owner.seen[0]).toEqual({ kind: 'resync' });
    owner.stream.close();
  });

  test('a heartbeat keeps a silent stream, and one that stays silent is given up', async () => {
    const owner = await follow('owner');
    for (let beat = 0; beat < 5; beat += 1) {
      clock.advance(HEARTBEAT_MS);
      // The heartbeat has to travel before the next one is due.
      const id = call();
      await until('the stream lives', () => owner.callIds().includes(id));
    }
    expect(owner.states).toEqual(['open']);
    owner.stream.close();
  });

  test('a stream ends with the token it was opened by and comes back with the next one', async () => {
    const owner = await follow('owner');
    clock.advance(ACCESS_TOKEN_SEC * 1000 + HEARTBEAT_MS);
    await until('lost', () => owner.states.includes('lost'));
    clock.advance(2_000);
    await until('open again', () => owner.states.at(-1) === 'open');
    const id = call();
    await until('the row', () => owner.callIds().length > 0);
    expect(owner.callIds()).toEqual([id]);
    owner.stream.close();
  });

  test('a closed stream tells nothing any more and leaves no connection', async () => {
    const owner = await follow('owner');
    owner.stream.close();
    call();
    await until('the server let go', () => rig.ledger.outbox.newest() > 0);
    const again = await follow('owner');
    expect(owner.seen).toEqual([]);
    again.stream.close();
  });
});
