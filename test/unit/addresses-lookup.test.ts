import { describe, expect, test } from 'vitest';
import type { AddressLines } from '../../main/sandbox/ledger/addresses/postal.ts';
import { locate } from '../../main/sandbox/ledger/addresses/postal.ts';
import { openBooks } from './ledger-rig.ts';
import { OFFICE, openOnboarding, refusalOf } from './order-rig.ts';

const at = (changes: Partial<AddressLines>): AddressLines => ({ ...OFFICE, ...changes });
const problemsOf = (changes: Partial<AddressLines>) => {
  const found = locate(at(changes));
  return found.outcome === 'not_found' ? found.problems.map(({ code, field }) => [code, field]) : found.outcome;
};

describe('what a postal directory makes of an address', () => {
  test.each([
    ['as it is', {}],
    ['abbreviated', { street: '210 Mission St.' }],
    ['in capitals', { street: '210 MISSION STREET', city: 'SAN FRANCISCO', region: 'ca' }],
    ['with a longer code', { postalCode: '94103-1234' }],
    ['in a street it does not know', { street: '12 Larkspur Road' }],
    ['in a place it does not know', { city: 'Bakersfield', postalCode: '93301', street: '5 Oak Ave' }],
    ['in Canada', { street: '9 Spadina Avenue', city: 'Toronto', region: 'ON', postalCode: 'm5v2t6', country: 'CA' }],
    ['in Germany', { street: 'Torstraße 1', city: 'Berlin', region: '', postalCode: '10119', country: 'DE' }],
  ])('%s: exact', (_what, changes) => {
    expect(problemsOf(changes)).toBe('exact');
  });

  test.each([
    ['a letter of the street', { street: '210 Misson Street' }, { street: '210 Mission St' }],
    ['the city', { city: 'San Fransisco' }, { city: 'San Francisco' }],
    ['the state', { region: 'NV' }, { region: 'CA' }],
    ['the code', { city: 'Oakland', postalCode: '10001', street: '5 Adeline St' }, { city: 'New York', region: 'NY' }],
  ])('%s is wrong: corrected', (_what, changes, expected) => {
    expect(locate(at(changes))).toMatchObject({ outcome: 'corrected', located: expected });
  });

  test.each([
    ['a post office box', { street: 'P.O. Box 77' }, ['po_box', 'street']],
    ['a box as unit', { unit: 'PO Box 3' }, ['po_box', 'unit']],
    ['no unit in a shared building', { street: '1200 Market St', unit: null }, ['unit_missing', 'unit']],
    ['no house number', { street: 'Mission Street' }, ['house_number_missing', 'street']],
    ['house number 0', { street: '0 Mission Street' }, ['house_number_missing', 'street']],
    ['a code of another state', { city: 'Nowhere', postalCode: '59999' }, ['postal_code_unknown', 'postalCode']],
    ['no code', { postalCode: 'ABC' }, ['postal_code_unknown', 'postalCode']],
    ['a foreign code', { country: 'DE', postalCode: '9' }, ['postal_code_unknown', 'postalCode']],
  ])('%s: not found, and why', (_what, changes, expected) => {
    expect(problemsOf(changes)).toEqual([expected]);
  });

  test('a shared building with a unit is found', () => {
    expect(problemsOf({ street: '1200 Market St', unit: '14' })).toBe('exact');
  });
});

describe('addresses of the account', () => {
  test('[SIPUS-31 P] exact needs nobody; of a corrected one both are shown and a person picks; not found is edited or asked', () => {
    const { services, owner } = openOnboarding();
    const { addresses } = services;
    expect(addresses.add(owner, 'emergency', OFFICE)).toMatchObject({ state: 'valid', outcome: 'exact' });

    const wrong = addresses.add(owner, 'business', at({ city: 'San Fransisco' }));
    expect(wrong).toMatchObject({
      state: 'suggestion',
      chosen: null,
      entered: { city: 'San Fransisco' },
      located: { city: 'San Francisco' },
    });
    // Nothing is corrected silently: until somebody picks, it does not count.
    expect(addresses.business()).toBeUndefined();
    expect(addresses.choose(owner, wrong.id, 'located')).toMatchObject({ state: 'valid', chosen: 'located' });
    expect(addresses.business()?.id).toBe(wrong.id);
    expect(refusalOf(() => addresses.choose(owner, wrong.id, 'entered'))).toBe('conflict');

    const kept = addresses.add(owner, 'emergency', at({ city: 'San Fransisco' }));
    expect(addresses.choose(owner, kept.id, 'entered')).toMatchObject({ state: 'valid', chosen: 'entered' });

    const box = addresses.add(owner, 'emergency', at({ street: 'PO Box 1' }));
    expect(box).toMatchObject({ state: 'failed', located: null, problems: [{ code: 'po_box' }] });
    expect(addresses.edit(owner, box.id, OFFICE).state).toBe('valid');
    const unknown = addresses.add(owner, 'emergency', at({ street: 'Behind the church' }));
    expect(addresses.accept(unknown.id)).toMatchObject({ state: 'valid', chosen: 'entered' });
  });

  test('a country nobody can look up is refused', () => {
    const { services, owner } = openOnboarding();
    expect(refusalOf(() => services.addresses.add(owner, 'emergency', at({ country: 'BR' })))).toBe('out_of_range');
  });

  test.each([
    ['usr_dana', ['business', 'emergency', 'location']],
    ['usr_marcus', ['location']],
    ['usr_priya', ['location']],
  ])('%s may enter an address for: %s', (id, allowed) => {
    const { services } = openOnboarding();
    const user = services.people.user(id);
    if (!user) throw new Error('Nobody');
    const made = (['business', 'emergency', 'location'] as const).filter(
      (purpose) => refusalOf(() => services.addresses.add(user, purpose, OFFICE)) === undefined,
    );
    expect(made).toEqual(allowed);
  });

  test('everybody sees the address of the business; a location is its person’s alone', () => {
    const { services, owner, admin, user } = openOnboarding();
    const business = services.addresses.add(owner, 'business', OFFICE).id;
    const home = services.addresses.add(user, 'location', at({ street: '7 Valencia St', postalCode: '94110' })).id;
    const seen = (who: typeof owner) => services.addresses.list(who).map((each) => each.id);
    expect([seen(owner).includes(home), seen(admin), seen(user)]).toEqual([false, [business], [business, home]]);
    expect(refusalOf(() => services.addresses.remove(admin, business))).toBe('role_not_allowed');
    expect(refusalOf(() => services.addresses.remove(owner, home))).toBe('not_found');
    expect(refusalOf(() => services.addresses.remove(owner, business))).toBe('in_use');
    services.addresses.remove(user, home);
  });

  test('a number that needs an address first is sold once there is one in the right place', () => {
    const { services } = openBooks('voiptime');
    expect([services.addresses.hasVerified(null), services.addresses.hasVerified('DE')]).toEqual([true, false]);
    const owner = services.people.user('usr_dana');
    if (!owner) throw new Error('Nobody');
    const berlin = { street: 'Torstr. 1', unit: null, city: 'Berlin', region: '', postalCode: '10119', country: 'DE' };
    services.addresses.add(owner, 'emergency', berlin);
    expect(services.addresses.hasVerified('DE')).toBe(true);
  });
});
