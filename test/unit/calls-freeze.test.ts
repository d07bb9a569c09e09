import { describe, expect, test } from 'vitest';
import { INBOUND, OWN, UK, US, openCalls } from './calls-rig.ts';

const HOUR = 3_600;
const GRACE = 48 * HOUR;

describe('[SIPUS-26 P] a balance below zero freezes all calling after some delay', () => {
  test('[SIPUS-26 P] [POL-02] at -0.01 the moment is told; calling goes on until then, and stops with it', () => {
    const rig = openCalls({ profile: 'sipus' });
    rig.setBalance(-10_000);
    expect(rig.calls.freeze.state()).toMatchObject({ frozen: false, freezesAt: rig.now() + GRACE * 1000 });
    rig.pass(GRACE - 1);
    expect(rig.admit(US).kind).toBe('admitted');
    rig.pass(1);
    expect(rig.calls.freeze.state()).toMatchObject({ frozen: true, by: 'balance', since: rig.now(), freezesAt: null });
    for (const [number, changes] of [
      [US, {}],
      [UK, {}],
      [OWN, INBOUND],
      ['+18005550147', {}],
    ] as const) {
      expect(rig.admit(number, changes)).toMatchObject({ sipCode: 403, why: 'frozen' });
    }
    expect(rig.admit('911').kind).toBe('admitted');
    expect(rig.calls.callingState()).toEqual({ state: 'frozen', reason: 'negative_too_long', since: rig.now() });
    expect(rig.events().slice(-4)).toContain('policy.updated');
  });

  test('[SIPUS-26 P] [POL-23] gt_zero: 0.00 does not lift it, +0.01 does', () => {
    const rig = openCalls({ profile: 'sipus' });
    rig.setBalance(-10_000);
    rig.pass(GRACE);
    rig.setBalance(0);
    expect(rig.admit(US)).toMatchObject({ why: 'frozen' });
    rig.setBalance(10_000);
    expect(rig.calls.freeze.state()).toMatchObject({ frozen: false, by: null });
    expect(rig.admit(US).kind).toBe('admitted');
  });

  test('[POL-23] gte_zero: 0.00 lifts it', () => {
    const rig = openCalls({ profile: 'sipus', policy: { unfreeze: { at: 'gte_zero', delayMs: 0 } } });
    rig.setBalance(-10_000);
    rig.pass(GRACE);
    rig.setBalance(-1);
    expect(rig.calls.freeze.state().frozen).toBe(true);
    rig.setBalance(0);
    expect(rig.calls.freeze.state().frozen).toBe(false);
  });

  test('[POL-23] with a delay it is lifted then, unless the balance falls again before', () => {
    const rig = openCalls({ profile: 'sipus', policy: { unfreeze: { at: 'gt_zero', delayMs: 600_000 } } });
    rig.setBalance(-10_000);
    rig.pass(GRACE);
    rig.setBalance(10_000);
    expect(rig.calls.freeze.state()).toMatchObject({ frozen: true, thawsAt: rig.now() + 600_000 });
    rig.pass(599);
    rig.setBalance(0);
    expect(rig.calls.freeze.state()).toMatchObject({ frozen: true, thawsAt: null });
    rig.setBalance(10_000);
    rig.pass(599);
    expect(rig.calls.freeze.state().frozen).toBe(true);
    rig.pass(1);
    expect(rig.calls.freeze.state()).toMatchObject({ frozen: false, thawsAt: null });
  });

  test('[POL-02] paid in time, nothing freezes; the grace begins anew with the next debt', () => {
    const rig = openCalls({ profile: 'sipus' });
    rig.setBalance(-10_000);
    rig.pass(GRACE - 1);
    rig.setBalance(0);
    expect(rig.calls.freeze.state().freezesAt).toBeNull();
    rig.pass(HOUR);
    rig.setBalance(-10_000);
    rig.pass(GRACE - 1);
    expect(rig.calls.freeze.state().frozen).toBe(false);
    rig.pass(1);
    expect(rig.calls.freeze.state().frozen).toBe(true);
  });

  test('[POL-02] a provider without it never freezes', () => {
    const rig = openCalls({ profile: 'sipstation' });
    rig.setBalance(-10_000);
    rig.pass(400 * 24 * HOUR);
    expect(rig.calls.freeze.state()).toMatchObject({ frozen: false, freezesAt: null });
  });

  test('a debt deepened in the meantime does not put the moment off', () => {
    const rig = openCalls({ profile: 'sipus' });
    rig.setBalance(-10_000);
    const at = rig.calls.freeze.state().freezesAt;
    rig.pass(HOUR);
    rig.setBalance(-20_000);
    expect(rig.calls.freeze.state().freezesAt).toBe(at);
  });
});

describe('what the provider freezes by hand', () => {
  test('no payment lifts it; the provider does, and a debtor then has the whole grace again', () => {
    const rig = openCalls({ profile: 'sipus' });
    rig.ledger.write(() => rig.calls.freeze.byProvider(true));
    rig.setBalance(50_000_000);
    expect(rig.admit(US)).toMatchObject({ why: 'frozen' });
    expect(rig.calls.callingState()).toMatchObject({ state: 'frozen', reason: 'stopped_by_provider' });
    rig.setBalance(-10_000);
    rig.pass(GRACE + HOUR);
    rig.ledger.write(() => rig.calls.freeze.byProvider(false));
    expect(rig.calls.freeze.state()).toMatchObject({ frozen: false, freezesAt: rig.now() + GRACE * 1000 });
  });
});

test('what time did while the sandbox was off is done when it opens, at its own moment', () => {
  const rig = openCalls({ profile: 'sipus' });
  rig.setBalance(-10_000);
  const due = rig.now() + GRACE * 1000;
  rig.pass(GRACE * 3);
  expect(rig.calls.freeze.state()).toMatchObject({ frozen: true, since: due });
});
