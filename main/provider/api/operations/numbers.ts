import * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { e164Schema, idSchema, listOf, listQuery } from '../primitives.ts';
import {
  availableNumberListSchema,
  availableNumberQuery,
  numberChangeRequest,
  numberCountriesSchema,
  numberHoldListSchema,
  numberHoldSchema,
  numberHoldsRequest,
  numberHoldsSchema,
  numberPapersRequest,
  numberPortListSchema,
  numberReleaseRequest,
  numberRenewalsSchema,
  numberSchema,
} from '../resources/numbers.ts';

const oneNumber = z.object({ number: e164Schema });
const oneHold = z.object({ hold_id: idSchema });

export const numberOperations = {
  listNumbers: {
    method: 'GET',
    tag: 'Numbers',
    action: 'numbers.see',
    path: '/numbers',
    summary: 'Numbers of the account',
    description:
      'In the order of the numbers. An end user sees their own and the one everybody shows. Numbers that were given up ' +
      'stay listed while they can be taken back and while they age; one that is gone is not listed any more. Every ' +
      'change is told by the event numbers.updated (VTC-16, VTC-22).',
    query: listQuery,
    response: listOf(numberSchema),
    example: {},
  },
  listAvailableNumbers: {
    method: 'GET',
    tag: 'Buying numbers',
    action: 'numbers.search',
    path: '/numbers/available',
    summary: 'Search for a number to buy',
    description:
      'Numbers this person can have now, with what they cost once and every month before taxes (EXT-04, EXT-23). What ' +
      'others have or hold is left out. A country or a kind of number that is sold on request only is answered ' +
      '`contact_provider` with whom to ask, never with an empty list (VTC-23, SIPUS-23). `region` and `city` outside ' +
      'the United States and Canada, and a `type` the country does not have, are `out_of_range` with the reason ' +
      '(VTC-19). Where nothing fits, `nearest` holds up to five free numbers and `gave_up` says which filters they do ' +
      'not meet. Nothing is held: between search and purchase somebody else may be first.',
    query: availableNumberQuery,
    response: availableNumberListSchema,
    problems: ['out_of_range', 'contact_provider'],
    example: { query: { country: 'US', area_code: '415', limit: 3 } },
  },
  listNumberCountries: {
    method: 'GET',
    tag: 'Buying numbers',
    action: 'numbers.search',
    path: '/numbers/countries',
    summary: 'Where numbers are sold, what they cost there, and which filters work',
    description:
      'Countries that are not listed, and those with `sold: contact`, are had by asking `contact`: the law there wants ' +
      'an address or an identity the provider checks by hand (VTC-17, VTC-23).',
    response: numberCountriesSchema,
    example: {},
  },
  listNumberHolds: {
    method: 'GET',
    tag: 'Buying numbers',
    action: 'numbers.manage',
    path: '/numbers/holds',
    summary: 'Numbers held by whoever asks',
    response: numberHoldListSchema,
    example: {},
  },
  createNumberHolds: {
    method: 'POST',
    tag: 'Buying numbers',
    action: 'numbers.manage',
    path: '/numbers/holds',
    summary: 'Hold numbers while their price is looked at',
    description:
      'Each number succeeds or fails by itself (EXT-24). A held number is taken for everybody else until the hold ends, ' +
      'and may be bought by its holder without naming the hold. A number the person holds already is answered with the ' +
      'hold it has, not with a longer one. Holding costs nothing.',
    body: numberHoldsRequest,
    response: numberHoldsSchema,
    status: 201,
    example: { body: { numbers: ['+15105550148', '+15105550149'] } },
  },
  extendNumberHold: {
    method: 'POST',
    tag: 'Buying numbers',
    action: 'numbers.manage',
    path: '/numbers/holds/{hold_id}/extension',
    summary: 'Hold a number for the same time again, counted from now',
    description: 'Up to `expires_at_latest`; at that point `out_of_range`.',
    params: oneHold,
    response: numberHoldSchema,
    problems: ['not_found', 'out_of_range'],
  },
  releaseNumberHold: {
    method: 'DELETE',
    tag: 'Buying numbers',
    action: 'numbers.manage',
    path: '/numbers/holds/{hold_id}',
    summary: 'Give a held number back',
    params: oneHold,
    response: numberHoldSchema,
    problems: ['not_found'],
  },
  getNumberRenewals: {
    method: 'GET',
    tag: 'Numbers',
    action: 'balance.exact',
    path: '/numbers/renewals',
    summary: 'What renews by tomorrow, in 3 and in 7 days, and whether the money is there',
    description:
      'Days of the account’s zone. `shortfall` is what has to be added so that every renewal is covered (VTC-25); ' +
      '`failing` names those that will not be paid as things stand.',
    response: numberRenewalsSchema,
    example: {},
  },
  listNumberPorts: {
    method: 'GET',
    tag: 'Numbers',
    action: 'numbers.see',
    path: '/numbers/ports',
    summary: 'Numbers on their way in from another carrier',
    response: numberPortListSchema,
    example: {},
  },
  getNumber: {
    method: 'GET',
    tag: 'Numbers',
    action: 'numbers.see',
    path: '/numbers/{number}',
    summary: 'One number of the account',
    description:
      'How a client learns what became of a purchase whose answer it lost: the number is the account’s, or it is not.',
    params: oneNumber,
    response: numberSchema,
    problems: ['not_found'],
    versioned: true,
    example: { path: { number: '+14155550100' } },
  },
  updateNumber: {
    method: 'PATCH',
    tag: 'Numbers',
    action: 'numbers.manage',
    path: '/numbers/{number}',
    summary: 'Label, person, forwarding, default caller ID, listed name',
    description:
      'What is left out stays. Making a number the default takes it from the one that was (EXT-29). A number cannot be ' +
      'forwarded to itself, to one that forwards to it, or to an emergency service. A listed name is for local numbers ' +
      'of the United States (EXT-30). All of it takes effect at once, but for the listing.',
    params: oneNumber,
    body: numberChangeRequest,
    response: numberSchema,
    problems: ['not_found', 'out_of_range', 'conflict'],
    versioned: true,
  },
  submitNumberPapers: {
    method: 'POST',
    tag: 'Numbers',
    action: 'numbers.manage',
    path: '/numbers/{number}/papers',
    summary: 'Hand in what the law of the number’s country asks for',
    description:
      'From pending_requirements to pending_review; a reviewer then approves, and the number begins to work, or rejects ' +
      'with a reason, and they can be handed in again until `requirement.due_at` (EXT-26).',
    params: oneNumber,
    body: numberPapersRequest,
    response: numberSchema,
    status: 202,
    problems: ['not_found', 'conflict'],
  },
  releaseNumber: {
    method: 'POST',
    tag: 'Numbers',
    action: 'numbers.manage',
    path: '/numbers/{number}/release',
    summary: 'Give a number up, or ask support to take it',
    description:
      'By policy `numbers.release` (POL-16): `self` ends it now, and it can be taken back until `reclaim_until` (EXT-32); ' +
      '`via_support` opens a request, the number works on until support answered, and the request can be withdrawn ' +
      '(VTC-26). Where something depends on the number the answer is `in_use` and names it, until it is acknowledged. ' +
      '`confirm` must be the number itself, else `out_of_range`. Nothing is refunded here; what policy `refund` gives back is on the statement.',
    params: oneNumber,
    body: numberReleaseRequest,
    response: numberSchema,
    status: 202,
    problems: ['not_found', 'in_use', 'conflict', 'out_of_range'],
  },
  withdrawNumberRelease: {
    method: 'DELETE',
    tag: 'Numbers',
    action: 'numbers.manage',
    path: '/numbers/{number}/release',
    summary: 'Take back a request to give a number up',
    params: oneNumber,
    response: numberSchema,
    problems: ['not_found', 'conflict'],
  },
  reclaimNumber: {
    method: 'POST',
    tag: 'Numbers',
    action: 'numbers.manage',
    path: '/numbers/{number}/reclaim',
    summary: 'Take a released number back',
    description:
      'Until `reclaim_until`. A renewal it missed is paid first, else `not_enough_credit`; what was set up for it, as ' +
      'its emergency address or its forwarding, is not restored.',
    params: oneNumber,
    response: numberSchema,
    problems: ['not_found', 'conflict', 'not_enough_credit', 'out_of_range'],
    spends: true,
  },
} as const satisfies Record<string, Endpoint>;
