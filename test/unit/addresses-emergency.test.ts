import { describe, expect, test } from 'vitest';
import { totalsOf } from '../../main/sandbox/ledger/commerce/pricing.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { MAIN_NUMBER, openBooks } from './ledger-rig.ts';
import { OFFICE, onboardingOf, openOnboarding, refusalOf } from './order-rig.ts';

const WORKSHOP = '+14155550101';
const TOLL_FREE = '+18005550199';
const INSTANCE = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

function open(profile: 'sipus' | 'voiptime' = 'sipus') {
  const books = openBooks(profile);
  const helpers = onboardingOf(books);
  const { registrations, addresses } = books.services;
  return {
    ...books,
    ...helpers,
    leg: books.request,
    registrations,
    addresses,
    office: () => addresses.add(helpers.owner, 'emergency', OFFICE).id,
    register: (number: string, addressId: string, floor: string | null = null) =>
      registrations.register(helpers.owner, number, { addressId, floor, room: null }),
    /** What the number itself says. */
    stateOf: (number: string) => books.services.numbers.rows.find(number)?.emergency,
    wait(seconds: number) {
      books.pass(seconds);
      books.ledger.agenda.runDue();
    },
    /** Makes a Standard number Enhanced, as a person does. */
    convert(number: string) {
      const quote = books.services.commerce.quote(
        { kind: 'number_feature', number, feature: 'emergency' },
        helpers.owner,
      );
      return { quote, charge: helpers.execute(quote) };
    },
  };
}

describe('an address of a number', () => {
  test('[EXT-27] is registering until the emergency services know it, then registered', () => {
    const books = open();
    books.register(MAIN_NUMBER, books.office(), '3');
    expect(books.stateOf(MAIN_NUMBER)).toBe('registering');
    expect(books.registrations.callerIdFor('usr_dana')).toBeNull();
    books.wait(90);
    expect(books.stateOf(MAIN_NUMBER)).toBe('registered');
    expect(books.registrations.find(MAIN_NUMBER)).toMatchObject({ state: 'registered', floor: '3', movesAt: null });
    const kinds = books.ledger.db.prepare<[], string>('SELECT kind FROM events').pluck().all();
    expect(kinds.filter((kind) => kind === 'policy.updated').length).toBeGreaterThanOrEqual(2);
  });

  test('asking again for what is registered changes nothing', () => {
    const books = open();
    const before = books.registrations.find(MAIN_NUMBER);
    books.register(MAIN_NUMBER, 'adr_workshop', '2');
    expect(books.registrations.find(MAIN_NUMBER)).toEqual(before);
  });

  test('that waits for a choice registers by itself once somebody has picked', () => {
    const books = open();
    const wrong = books.addresses.add(books.owner, 'emergency', { ...OFFICE, city: 'San Fransisco' });
    books.register(MAIN_NUMBER, wrong.id);
    expect(books.stateOf(MAIN_NUMBER)).toBe('suggestion');
    books.wait(600);
    expect(books.stateOf(MAIN_NUMBER)).toBe('suggestion');
    books.addresses.choose(books.owner, wrong.id, 'located');
    expect(books.stateOf(MAIN_NUMBER)).toBe('registering');
    books.wait(90);
    expect(books.stateOf(MAIN_NUMBER)).toBe('registered');
  });

  test('[EXT-27] may be refused by the emergency services, at once or long afterwards, with a reason', () => {
    const books = open();
    const lines = { ...OFFICE, street: '12 Nowhere Road' };
    books.register(MAIN_NUMBER, books.addresses.add(books.owner, 'emergency', lines).id);
    books.wait(90);
    expect(books.registrations.find(MAIN_NUMBER)).toMatchObject({ state: 'failed', movesAt: null });
    books.register(MAIN_NUMBER, books.office());
    books.wait(90);
    books.registrations.fail(MAIN_NUMBER, 'The street was renamed');
    expect(books.registrations.find(MAIN_NUMBER)).toMatchObject({ state: 'failed', reason: 'The street was renamed' });
    expect(books.registrations.callerIdFor('usr_dana')).toBeNull();
  });

  test('is removed with some delay, and cannot be replaced meanwhile', () => {
    const books = open();
    books.registrations.remove(books.owner, MAIN_NUMBER);
    expect(books.stateOf(MAIN_NUMBER)).toBe('removing');
    const office = books.office();
    expect(refusalOf(() => books.register(MAIN_NUMBER, office))).toBe('conflict');
    books.wait(30);
    expect([books.stateOf(MAIN_NUMBER), books.registrations.find(MAIN_NUMBER)]).toEqual(['none', undefined]);
    expect(refusalOf(() => books.registrations.remove(books.owner, MAIN_NUMBER))).toBe('not_found');
  });

  test('goes with the number when that is given up; what uses an address keeps it', () => {
    const books = open();
    const office = books.office();
    books.register(MAIN_NUMBER, office);
    expect(refusalOf(() => books.addresses.remove(books.owner, office))).toBe('in_use');
    books.ledger.write(() => books.registrations.released(MAIN_NUMBER));
    expect(books.stateOf(MAIN_NUMBER)).toBe('none');
    books.addresses.remove(books.owner, office);
  });

  test('is forgotten by the whole life of a number that support gives up', () => {
    const books = open();
    const { numbers } = books.services;
    numbers.release(books.owner, MAIN_NUMBER, true);
    numbers.support.answer(MAIN_NUMBER, true, null);
    expect(books.registrations.find(MAIN_NUMBER)).toBeUndefined();
    expect(books.registrations.callerIdFor('usr_dana')).toBeNull();
  });

  test.each([
    ['a number that cannot be shown for emergency calls', WORKSHOP, OFFICE, 'out_of_range'],
    ['a toll-free number', TOLL_FREE, OFFICE, 'out_of_range'],
    ['somebody else’s number', '+12125550142', OFFICE, 'not_found'],
    ['an address nobody knows', MAIN_NUMBER, { ...OFFICE, street: 'Somewhere' }, 'address_required'],
    [
      'an address in another country',
      MAIN_NUMBER,
      { street: '9 Homer St', unit: null, city: 'Vancouver', region: 'BC', postalCode: 'V6B 1A1', country: 'CA' },
      'out_of_range',
    ],
  ])('%s is refused', (_what, number, lines, code) => {
    const books = open();
    const { id } = books.addresses.add(books.owner, 'emergency', lines);
    expect(refusalOf(() => books.register(number, id))).toBe(code);
  });
});

describe('making a number one for emergency calls', () => {
  test('[SIPUS-21 P] a Standard number that was ported in becomes Enhanced at a price, then gets its address', () => {
    const books = open();
    const monthly = books.services.numbers.rows.find(WORKSHOP)?.monthly ?? toMicros(0);
    const { quote, charge } = books.convert(WORKSHOP);
    expect(quote.draft.warnings.map((warning) => warning.code)).toEqual(['address_needed', 'registration_costs']);
    expect(quote.lines.find((line) => line.kind === 'item')).toMatchObject({
      amount: 1_000_000,
      recurring: 'monthly',
      timing: 'next_statement',
      subject: WORKSHOP,
    });
    expect(charge).toMatchObject({ state: 'done', statement: totalsOf(quote.lines).firstStatement });
    expect(books.services.numbers.rows.find(WORKSHOP)).toMatchObject({
      type: 'enhanced',
      monthly: monthly + 1_000_000,
      emergency: 'none',
    });
    books.register(WORKSHOP, books.office());
    books.wait(90);
    expect(books.stateOf(WORKSHOP)).toBe('registered');
    expect(refusalOf(() => books.convert(WORKSHOP))).toBe('conflict');
  });

  test.each([
    ['sipus', TOLL_FREE, 'not_offered'],
    ['sipus', '+12125550142', 'not_found'],
    ['voiptime', WORKSHOP, 'not_offered'],
  ] as const)('at %s for %s: %s', (profile, number, code) => {
    expect(refusalOf(() => open(profile).convert(number))).toBe(code);
  });

  test('whoever only searches numbers cannot', () => {
    const books = open();
    const request = { kind: 'number_feature', number: WORKSHOP, feature: 'emergency' } as const;
    expect(refusalOf(() => books.services.commerce.quote(request, books.admin))).toBe('role_not_allowed');
  });
});

describe('what an emergency call shows', () => {
  test('[SIPUS-18 P] emergency dialling sends an Enhanced number with a registered address, the own one first', () => {
    const books = open();
    const shown = (person: string) => books.registrations.callerIdFor(person);
    // Only the main number is registered: everybody is sent with it.
    expect(['usr_dana', 'usr_marcus', 'usr_priya'].map(shown)).toEqual([MAIN_NUMBER, MAIN_NUMBER, MAIN_NUMBER]);
    books.convert(WORKSHOP);
    expect(shown('usr_marcus')).toBe(MAIN_NUMBER);
    books.register(WORKSHOP, books.office());
    books.wait(90);
    expect(['usr_dana', 'usr_marcus'].map(shown)).toEqual([MAIN_NUMBER, WORKSHOP]);
    books.registrations.fail(WORKSHOP, 'The street was renamed');
    expect(shown('usr_marcus')).toBe(MAIN_NUMBER);
    // Whatever it is shown as, an emergency call is never refused.
    books.registrations.fail(MAIN_NUMBER, 'The street was renamed');
    expect(shown('usr_marcus')).toBeNull();
    expect(books.books.admit(books.leg('911', { emergency: true })).kind).toBe('admitted');
  });

  test('the number to test it with exists, and no fee is told that the books do not charge', () => {
    const { ledger } = open();
    const { policy, emergencyService } = ledger.profile;
    expect(policy.emergency.testNumber).toBe('933');
    expect(emergencyService.unregisteredCallFee).toBeNull();
  });
});

describe('where a device is', () => {
  test('[EXT-28] everybody says it for their own devices, and says it again', () => {
    const books = open();
    const { locations } = books.services;
    const place = (addressId: string) => ({ addressId, floor: '1', room: null });
    expect(locations.find('usr_priya', INSTANCE)).toBeUndefined();
    locations.confirm(books.user, INSTANCE, place('adr_workshop'));
    const first = locations.find('usr_priya', INSTANCE);
    books.pass(60);
    locations.confirm(books.user, INSTANCE, place('adr_workshop'));
    expect(locations.find('usr_priya', INSTANCE)?.confirmedAt).toBe((first?.confirmedAt ?? 0) + 60_000);
    expect(locations.find('usr_dana', INSTANCE)).toBeUndefined();

    const home = books.addresses.add(books.user, 'location', OFFICE).id;
    locations.confirm(books.user, INSTANCE, place(home));
    expect(refusalOf(() => books.addresses.remove(books.user, home))).toBe('in_use');
    expect(refusalOf(() => locations.confirm(books.admin, INSTANCE, place(home)))).toBe('address_required');
  });

  test('a place that is not confirmed, or too far away, is refused', () => {
    const books = open('voiptime');
    const { locations } = books.services;
    const place = (addressId: string) => ({ addressId, floor: null, room: null });
    const vague = books.addresses.add(books.user, 'location', { ...OFFICE, city: 'San Fransisco' }).id;
    expect(refusalOf(() => locations.confirm(books.user, INSTANCE, place(vague)))).toBe('address_required');
    const berlin = { street: 'Torstr. 1', unit: null, city: 'Berlin', region: '', postalCode: '10119', country: 'DE' };
    const abroad = books.addresses.add(books.user, 'location', berlin).id;
    expect(refusalOf(() => locations.confirm(books.user, INSTANCE, place(abroad)))).toBe('out_of_range');
  });
});

test('an account that starts over keeps its numbers, and has no channels, card, address or registration', () => {
  const { services, ledger } = openOnboarding('full_no_order');
  expect(services.numbers.rows.all().length).toBe(4);
  expect(services.capacity.current()).toEqual({ kind: 'pooled', count: 0 });
  expect(services.commerce.methods.list()).toEqual([]);
  expect(services.addresses.business()).toBeUndefined();
  expect(services.registrations.callerIdFor('usr_dana')).toBeNull();
  expect(ledger.journal.check().holds).toBe(true);
});
