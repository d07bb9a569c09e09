import { describe, expect, test } from 'vitest';
import { PROFILE_IDS } from '../../main/sandbox/policies/profile.ts';
import { openNumbers } from './numbers-rig.ts';

const us = { country: 'US' } as const;

describe('what can be had', () => {
  test.each(PROFILE_IDS)('%s has thousands of numbers, the same at every start, each at a price', (profile) => {
    const first = openNumbers({ profile }).market.inventory.numbers;
    expect(first.length).toBeGreaterThan(5000);
    expect(new Set(first.map((each) => each.number)).size).toBe(first.length);
    expect(openNumbers({ profile }).market.inventory.numbers).toEqual(first);
    expect(first.filter((each) => each.takenAtFirst).length).toBeGreaterThan(500);
    expect(first.every((each) => each.monthly >= 0 && each.setup >= 0)).toBe(true);
  });

  test('numbers of North America are of the range kept for fiction', () => {
    const { inventory } = openNumbers().market;
    const american = inventory.numbers.filter((each) => each.country === 'US' || each.country === 'CA');
    expect(american.every((each) => /^\+1\d{3}55501\d\d$/.test(each.number))).toBe(true);
  });

  test('[EXT-23] filters narrow the search: area code, digits, a word on the keys, place, capability, address', () => {
    const { market, dana } = openNumbers();
    const find = (wanted: object) => market.search({ ...us, ...wanted }, dana.id, '', 200);
    expect(find({ areaCode: '415' }).every((each) => each.number.startsWith('+1415'))).toBe(true);
    expect(find({ contains: '5550123' }).every((each) => each.number.includes('5550123'))).toBe(true);
    // J and K are on the key 5 (ITU-T E.161).
    expect(find({ contains: 'jk01' }).map((each) => each.number)).toEqual(
      find({ contains: '5501' }).map((each) => each.number),
    );
    expect(find({ region: 'ma', city: 'boston' }).map((each) => each.areaCode)).toContain('857');
    expect(find({ capability: 'emergency', type: 'toll_free' })).toEqual([]);
    expect(find({ address: 'local' })).toEqual([]);
    expect(market.search({ country: 'DE', address: 'local' }, dana.id, '', 5)).toHaveLength(5);
  });

  test('SIPUS-40: state, city and area code find standard and enhanced numbers, which can call for help', () => {
    const { market, dana } = openNumbers({ profile: 'sipus' });
    const find = (type: 'standard' | 'enhanced') =>
      market.search({ ...us, type, region: 'CA', city: 'San Francisco', areaCode: '415' }, dana.id, '', 100);
    expect(find('standard').length).toBeGreaterThan(10);
    expect(find('enhanced').length).toBeGreaterThan(5);
    expect(find('enhanced').every((each) => each.capabilities.includes('emergency'))).toBe(true);
    expect(find('standard').some((each) => each.capabilities.includes('emergency'))).toBe(false);
  });

  test('VTC-19: place works in the United States and Canada; elsewhere it is refused with the reason', () => {
    const { market, dana } = openNumbers();
    expect(market.search({ country: 'CA', city: 'Toronto' }, dana.id, '', 3)).toHaveLength(3);
    for (const place of [{ city: 'London' }, { region: 'England' }]) {
      expect(() => market.search({ country: 'GB', ...place }, dana.id, '', 3)).toThrow(
        expect.objectContaining({ code: 'out_of_range', message: expect.stringMatching(/only.*canada/i) }),
      );
    }
    expect(market.search({ country: 'GB', areaCode: '20' }, dana.id, '', 3)).toHaveLength(3);
  });

  test('SIPUS-23, VTC-23: what is sold on request says whom to ask, never an empty list', () => {
    const sipus = openNumbers({ profile: 'sipus' });
    const asking = { code: 'contact_provider', message: expect.stringContaining('@') };
    for (const wanted of [{ country: 'GB' }, { country: 'JP' }, { country: 'US', contains: 'joinery' }]) {
      expect(() => sipus.market.search(wanted, sipus.dana.id, '', 3)).toThrow(expect.objectContaining(asking));
    }
    const voiptime = openNumbers();
    expect(() => voiptime.market.search({ country: 'BR' }, voiptime.dana.id, '', 3)).toThrow(
      expect.objectContaining(asking),
    );
    expect(voiptime.market.search({ country: 'GB' }, voiptime.dana.id, '', 3)).toHaveLength(3);
  });

  test('a kind of number the country does not have is out of range and names those it has', () => {
    const { market, dana } = openNumbers();
    expect(() => market.search({ ...us, type: 'mobile' }, dana.id, '', 3)).toThrow(
      expect.objectContaining({ code: 'out_of_range', message: expect.stringContaining('local') }),
    );
  });

  test('where nothing fits, the nearest free numbers are offered and what they lack is said', () => {
    const { market, dana } = openNumbers();
    const none = { ...us, areaCode: '415', contains: '9999' };
    expect(market.search(none, dana.id, '', 5)).toEqual([]);
    const near = market.nearest(none, dana.id, 5);
    expect(near.numbers).toHaveLength(5);
    expect(near.numbers.every((each) => each.areaCode === '415')).toBe(true);
    expect(near.gaveUp).toEqual(['contains']);
    const soldOut = market.nearest({ ...us, city: 'San Francisco', areaCode: '212' }, dana.id, 3);
    expect(soldOut.gaveUp).toEqual(['city']);
    expect(soldOut.numbers.every((each) => each.areaCode === '212')).toBe(true);
  });

  test('when a whole area is taken, its state is next', () => {
    const rig = openNumbers();
    for (const each of rig.market.inventory.numbers.filter(({ areaCode }) => areaCode === '650')) {
      rig.ledger.write(() => rig.market.setTaken(each.number, true));
    }
    const near = rig.market.nearest({ ...us, areaCode: '650' }, rig.dana.id, 4);
    expect(near.gaveUp).toEqual(['area_code']);
    expect(near.numbers.every((each) => each.region === 'CA')).toBe(true);
  });

  test('[EXT-04] every number tells what it costs once and what it costs a month', () => {
    const { market } = openNumbers();
    const tollFree = market.inventory.numbers.find((each) => each.type === 'toll_free');
    expect(tollFree).toMatchObject({ setup: 1_000_000, monthly: 2_150_000 });
  });
});

describe('[EXT-24] holds', () => {
  test('each number succeeds or fails by itself, and a held one is taken for others alone', () => {
    const rig = openNumbers();
    const [free = '', other = ''] = rig.free(2);
    const taken = rig.market.inventory.numbers.find((each) => each.takenAtFirst)?.number ?? '';
    const results = rig.numbers.holds.hold([free, taken, '+15005550001', other], 'usr_dana');
    expect(results.map((each) => each.kind)).toEqual(['held', 'failed', 'failed', 'held']);
    expect(rig.market.search(us, 'usr_dana', '', 1)[0]?.number).toBe(free);
    expect(rig.market.search(us, 'usr_marcus', '', 1)[0]?.number).not.toBe(free);
    expect(rig.numbers.holds.hold([free], 'usr_marcus')[0]).toMatchObject({ kind: 'failed', code: 'number_taken' });
    expect(rig.ledger.write(() => rig.market.setTaken(free, true))).toBe(false);
  });

  test('asked for twice it is the same hold', () => {
    const rig = openNumbers();
    const [free = ''] = rig.free(1);
    const [first] = rig.numbers.holds.hold([free], 'usr_dana');
    rig.travel(60_000);
    expect(rig.numbers.holds.hold([free, free], 'usr_dana')).toEqual([first]);
  });

  test('it lasts 30 minutes of the ledger, can be extended up to two hours, and time travel ends it', () => {
    const rig = openNumbers();
    const { holds } = rig.numbers;
    const [free = ''] = rig.free(1);
    const [outcome] = holds.hold([free], 'usr_dana');
    if (outcome?.kind !== 'held') throw new Error('Not held');
    const { id, createdAt } = outcome.hold;
    for (let turn = 0; turn < 3; turn += 1) {
      rig.travel(25 * 60_000);
      expect(holds.extend(id, 'usr_dana').expiresAt).toBe(rig.now() + 30 * 60_000);
    }
    rig.travel(25 * 60_000);
    expect(holds.extend(id, 'usr_dana').expiresAt).toBe(createdAt + 120 * 60_000);
    rig.travel(10 * 60_000);
    expect(() => holds.extend(id, 'usr_dana')).toThrow(expect.objectContaining({ code: 'out_of_range' }));
    rig.travel(30 * 60_000);
    expect(holds.of('usr_dana')).toEqual([]);
    expect(() => holds.release(id, 'usr_dana')).toThrow(expect.objectContaining({ code: 'not_found' }));
    expect(rig.market.search(us, 'usr_marcus', '', 1)[0]?.number).toBe(free);
  });

  test('given back it is free at once; somebody else’s is not found', () => {
    const rig = openNumbers();
    const [free = ''] = rig.free(1);
    const [outcome] = rig.numbers.holds.hold([free], 'usr_dana');
    if (outcome?.kind !== 'held') throw new Error('Not held');
    expect(() => rig.numbers.holds.release(outcome.hold.id, 'usr_marcus')).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    );
    rig.numbers.holds.release(outcome.hold.id, 'usr_dana');
    expect(rig.market.search(us, 'usr_marcus', '', 1)[0]?.number).toBe(free);
  });

  test('a mobile number cannot be held', () => {
    const rig = openNumbers();
    const mobile = rig.market.search({ country: 'GB', type: 'mobile' }, 'usr_dana', '', 1)[0]?.number ?? '';
    expect(rig.numbers.holds.hold([mobile], 'usr_dana')[0]).toMatchObject({ kind: 'failed', code: 'not_offered' });
  });
});
