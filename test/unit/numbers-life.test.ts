import { describe, expect, test } from 'vitest';
import { OWN_STATES, requireMove } from '../../main/sandbox/ledger/numbers/states.ts';
import { DAY_MS, MAIN, TOLL_FREE, openNumbers } from './numbers-rig.ts';

const WORKSHOP = '+14155550101';
const PRIYA = '+14155550102';
const refused = (code: string) => expect.objectContaining({ code });

describe('[POL-16] giving a number up: self', () => {
  const self = () => openNumbers({ policy: { numberRelease: 'self' } });

  test('it ends at once, can be taken back for ten days, and works again then', () => {
    const rig = self();
    const renewsAt = rig.row(WORKSHOP).renewsAt;
    const view = rig.numbers.release(rig.dana, WORKSHOP, false);
    expect(view.state).toBe('released');
    expect(view.row.reclaimUntil).toBe(rig.now() + 10 * DAY_MS);
    expect(rig.people.holderOf(WORKSHOP)).toBeUndefined();
    rig.travel(3 * DAY_MS);
    expect(rig.numbers.reclaim(rig.dana, WORKSHOP).state).toBe('renewal_due');
    expect(rig.row(WORKSHOP).renewsAt).toBe(renewsAt);
    expect(rig.people.holderOf(WORKSHOP)).toBe('usr_marcus');
    const before = rig.balance();
    rig.travelTo(renewsAt ?? 0);
    expect(rig.row(WORKSHOP).renewalsPaid).toBe(4);
    expect(rig.balance()).toBeLessThan(before);
  });

  test('[EXT-32] after the reclaim window it cannot be taken back', () => {
    const rig = self();
    rig.numbers.release(rig.dana, WORKSHOP, false);
    rig.travel(10 * DAY_MS);
    expect(() => rig.numbers.reclaim(rig.dana, WORKSHOP)).toThrow(refused('conflict'));
    expect(() => rig.numbers.release(rig.dana, WORKSHOP, false)).toThrow(refused('conflict'));
  });

  test('a released number is not renewed any more', () => {
    const rig = self();
    rig.numbers.release(rig.dana, WORKSHOP, false);
    rig.travel(60 * DAY_MS);
    const renewed = rig.usage('number').filter((row) => row.to_party === WORKSHOP);
    expect(renewed).toHaveLength(3);
  });

  test('taken back after a renewal it missed, that renewal is paid first', () => {
    const rig = self();
    const due = rig.row(WORKSHOP).renewsAt ?? 0;
    rig.travelTo(due - DAY_MS);
    rig.numbers.release(rig.dana, WORKSHOP, false);
    rig.travelTo(due + DAY_MS);
    const before = rig.balance();
    rig.numbers.reclaim(rig.dana, WORKSHOP);
    expect(before - rig.balance()).toBe(1_150_000);
    expect(rig.row(WORKSHOP).renewsAt).toBeGreaterThan(rig.now());
  });

  test('what depends on it is listed and must be acknowledged', () => {
    const rig = self();
    rig.numbers.change(rig.dana, PRIYA, { forwarding: { to: MAIN, when: 'no_answer' } });
    expect(rig.view(MAIN).dependants).toEqual([
      { kind: 'default_caller_id', number: null },
      { kind: 'emergency', number: null },
      { kind: 'forwarded_from', number: PRIYA },
    ]);
    expect(() => rig.numbers.release(rig.dana, MAIN, false)).toThrow(
      expect.objectContaining({
        code: 'in_use',
        details: expect.objectContaining({ errors: expect.arrayContaining([expect.anything()]) as unknown }),
      }),
    );
    expect(rig.row(MAIN).state).toBe('active');
    rig.numbers.release(rig.dana, MAIN, true);
    expect(rig.row(MAIN)).toMatchObject({ state: 'released', emergency: 'none', isDefault: 0 });
    expect(rig.released).toEqual([MAIN]);
    // Another one is shown from now on.
    expect(rig.row(WORKSHOP).isDefault).toBe(1);
  });
});

describe('[POL-16] giving a number up: via support', () => {
  test('VTC-26: the action opens a request with a state and deletes nothing', () => {
    const rig = openNumbers();
    const view = rig.numbers.release(rig.dana, WORKSHOP, false);
    expect(view.state).toBe('release_requested');
    expect(view.row).toMatchObject({ state: 'active', requestState: 'open', requestedAt: rig.now() });
    expect(rig.people.holderOf(WORKSHOP)).toBe('usr_marcus');
    expect(rig.numbers.release(rig.dana, WORKSHOP, false).row.requestedAt).toBe(view.row.requestedAt);
  });

  test('VTC-26: it can be withdrawn, declined, or is done after two days', () => {
    const rig = openNumbers();
    rig.numbers.release(rig.dana, WORKSHOP, false);
    expect(rig.numbers.withdraw(rig.dana, WORKSHOP).row.requestState).toBe('withdrawn');
    expect(() => rig.numbers.withdraw(rig.dana, WORKSHOP)).toThrow(refused('conflict'));
    rig.travel(3 * DAY_MS);
    expect(rig.row(WORKSHOP).state).toBe('active');
    rig.numbers.release(rig.dana, WORKSHOP, false);
    expect(rig.numbers.support.answer(WORKSHOP, false, 'It is part of your contract').row).toMatchObject({
      requestState: 'declined',
      requestDetail: 'It is part of your contract',
      state: 'active',
    });
    rig.numbers.release(rig.dana, WORKSHOP, false);
    rig.travel(2 * DAY_MS);
    expect(rig.row(WORKSHOP)).toMatchObject({ state: 'released', requestState: 'done', releasedReason: 'asked' });
  });

  test('a renewal on the way is still paid while the request is open', () => {
    const rig = openNumbers();
    const due = rig.row(WORKSHOP).renewsAt ?? 0;
    rig.travelTo(due - 1000);
    rig.numbers.release(rig.dana, WORKSHOP, false);
    rig.travelTo(due);
    expect(rig.row(WORKSHOP).renewalsPaid).toBe(4);
  });
});

describe('what people set on a number', () => {
  test('label, person and forwarding; the person is whom it rings', () => {
    const rig = openNumbers();
    rig.numbers.change(rig.dana, WORKSHOP, {
      label: 'Shop floor',
      userId: 'usr_priya',
      forwarding: { to: '+442079460018', when: 'always' },
    });
    expect(rig.row(WORKSHOP)).toMatchObject({ label: 'Shop floor', userId: 'usr_priya' });
    expect(rig.people.holderOf(WORKSHOP)).toBe('usr_priya');
    expect(rig.numbers.forwardingOf(WORKSHOP)).toEqual({ to: '+442079460018', when: 'always' });
    rig.numbers.change(rig.dana, WORKSHOP, { forwarding: null });
    expect(rig.numbers.forwardingOf(WORKSHOP)).toBeNull();
    expect(rig.row(WORKSHOP).label).toBe('Shop floor');
  });

  test('[EXT-29] one number of the account is the default, and only one that works can be', () => {
    const rig = openNumbers();
    rig.numbers.change(rig.dana, WORKSHOP, { isDefault: true });
    expect(
      rig.numbers.rows
        .all()
        .filter((row) => row.isDefault === 1)
        .map((row) => row.number),
    ).toEqual([WORKSHOP]);
    const [bought = ''] = rig.free(1);
    rig.buy(bought);
    expect(() => rig.numbers.change(rig.dana, bought, { isDefault: true })).toThrow(refused('out_of_range'));
  });

  test('[EXT-29] a person with a number of their own shows that one, others the account’s', () => {
    const rig = openNumbers();
    expect(rig.view(PRIYA, rig.priya).isDefault).toBe(true);
    expect(rig.view(MAIN, rig.priya).isDefault).toBe(false);
    expect(rig.view(MAIN, rig.dana).isDefault).toBe(true);
  });

  test.each([
    ['itself', WORKSHOP],
    ['an emergency number', '+911'],
    ['a short number', '+1411'],
  ])('it is not forwarded to %s', (_name, to) => {
    const rig = openNumbers();
    expect(() => rig.numbers.change(rig.dana, WORKSHOP, { forwarding: { to, when: 'always' } })).toThrow(
      refused('out_of_range'),
    );
  });

  test('two numbers do not forward to each other', () => {
    const rig = openNumbers();
    rig.numbers.change(rig.dana, WORKSHOP, { forwarding: { to: PRIYA, when: 'always' } });
    expect(() => rig.numbers.change(rig.dana, PRIYA, { forwarding: { to: WORKSHOP, when: 'busy' } })).toThrow(
      refused('out_of_range'),
    );
  });

  test('[EXT-30] a listed name is 15 letters, digits and spaces, on a local number of the US, and takes 72 hours', () => {
    const rig = openNumbers();
    rig.numbers.change(rig.dana, WORKSHOP, { cnam: 'FERNHILL JOINER' });
    expect(rig.row(WORKSHOP).cnamState).toBe('pending');
    rig.travel(3 * DAY_MS);
    expect(rig.row(WORKSHOP).cnamState).toBe('listed');
    expect(() => rig.numbers.change(rig.dana, WORKSHOP, { cnam: 'FERNHILL & SONS' })).toThrow(refused('out_of_range'));
    expect(() => rig.numbers.change(rig.dana, TOLL_FREE, { cnam: 'FERNHILL' })).toThrow(refused('out_of_range'));
    rig.numbers.change(rig.dana, WORKSHOP, { cnam: null });
    expect(rig.row(WORKSHOP)).toMatchObject({ cnam: null, cnamState: null });
  });

  test('nobody of another firm can be given a number, and a number given up takes no settings', () => {
    const rig = openNumbers({ policy: { numberRelease: 'self' } });
    expect(() => rig.numbers.change(rig.dana, WORKSHOP, { userId: 'usr_nobody' })).toThrow(refused('out_of_range'));
    rig.numbers.release(rig.dana, WORKSHOP, true);
    expect(() => rig.numbers.change(rig.dana, WORKSHOP, { label: 'x' })).toThrow(refused('conflict'));
  });

  test('an end user sees their own number and the account’s, nobody else’s', () => {
    const rig = openNumbers();
    expect(rig.numbers.page(rig.priya, '', 10).map((view) => view.row.number)).toEqual([MAIN, PRIYA]);
    expect(rig.numbers.count(rig.priya)).toBe(2);
    expect(rig.numbers.view(rig.priya, WORKSHOP)).toBeUndefined();
    expect(rig.numbers.count(rig.dana)).toBe(4);
  });
});

test('the table of states knows every state, and a move it does not have is a fault', () => {
  for (const state of OWN_STATES) expect(() => requireMove(state, state)).toThrow(`from ${state} to ${state}`);
  expect(() => requireMove('gone', 'active')).toThrow('from gone to active');
});
