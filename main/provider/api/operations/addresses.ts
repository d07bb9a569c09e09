import * as z from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { e164Schema, idSchema } from '../primitives.ts';
import {
  addressChoiceSchema,
  addressEditSchema,
  addressListSchema,
  addressRequestSchema,
  addressSchema,
  emergencyLocationQuery,
  emergencyLocationRequestSchema,
  emergencyLocationSchema,
  numberEmergencyRequestSchema,
  numberEmergencySchema,
} from '../resources/addresses.ts';

const ofAddress = z.object({ address_id: idSchema });
const ofNumber = z.object({ number: e164Schema });
const INSTANCE = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

export const addressOperations = {
  listAddresses: {
    method: 'GET',
    tag: 'Addresses and emergency calls',
    action: 'settings.own',
    path: '/addresses',
    summary: 'Addresses of the account and of the person who asks',
    description: 'A `location` is seen by the person it is of alone.',
    response: addressListSchema,
    example: {},
  },
  createAddress: {
    method: 'POST',
    tag: 'Addresses and emergency calls',
    action: 'settings.own',
    path: '/addresses',
    summary: 'Enter an address and have it looked up',
    description:
      'Three outcomes (SIPUS-31), each a kept address. `exact`: it is `valid` at once. `corrected`: the postal service ' +
      'has another form of it; both are shown and a person picks, nothing is corrected silently. `not_found`: `problems` ' +
      'says why (a post office box, a missing unit or house number, a postal code that does not exist there); it can ' +
      'be edited, or support asked. A country that cannot be looked up is 422 `out_of_range`.\n\n' +
      'What it is for decides who may enter it: `business` the owner (it verifies the account’s address, SIPUS-30), ' +
      '`emergency` whoever manages numbers, `location` everybody for themselves.',
    body: addressRequestSchema,
    response: addressSchema,
    status: 201,
    problems: ['out_of_range'],
    example: {
      body: {
        purpose: 'emergency',
        lines: {
          street: '210 Mission Street',
          unit: 'Suite 4',
          city: 'San Francisco',
          region: 'CA',
          postal_code: '94103',
          country: 'US',
        },
      },
    },
  },
  getAddress: {
    method: 'GET',
    tag: 'Addresses and emergency calls',
    action: 'settings.own',
    path: '/addresses/{address_id}',
    summary: 'One address',
    params: ofAddress,
    response: addressSchema,
    problems: ['not_found'],
    example: { path: { address_id: 'adr_workshop' } },
  },
  updateAddress: {
    method: 'PUT',
    tag: 'Addresses and emergency calls',
    action: 'settings.own',
    path: '/addresses/{address_id}',
    summary: 'Change an address and have it looked up anew',
    description: '409 `in_use` while a number is registered with it or it is the business address.',
    params: ofAddress,
    body: addressEditSchema,
    response: addressSchema,
    problems: ['not_found', 'in_use', 'out_of_range'],
  },
  chooseAddressForm: {
    method: 'POST',
    tag: 'Addresses and emergency calls',
    action: 'settings.own',
    path: '/addresses/{address_id}/choice',
    summary: 'Pick the entered or the located form of a corrected address',
    description:
      'Numbers that waited for it begin to be registered. 409 `conflict` where there is nothing to pick any more.',
    params: ofAddress,
    body: addressChoiceSchema,
    response: addressSchema,
    problems: ['not_found'],
  },
  deleteAddress: {
    method: 'DELETE',
    tag: 'Addresses and emergency calls',
    action: 'settings.own',
    path: '/addresses/{address_id}',
    summary: 'Forget an address',
    params: ofAddress,
    response: z.object({}),
    problems: ['not_found', 'in_use'],
  },
  getNumberEmergency: {
    method: 'GET',
    tag: 'Addresses and emergency calls',
    action: 'numbers.see',
    path: '/numbers/{number}/emergency',
    summary: 'Where help is sent that is called from a number',
    params: ofNumber,
    response: numberEmergencySchema,
    problems: ['not_found'],
    example: { path: { number: '+14155550100' } },
  },
  putNumberEmergency: {
    method: 'PUT',
    tag: 'Addresses and emergency calls',
    action: 'numbers.manage',
    path: '/numbers/{number}/emergency',
    summary: 'Register an address for a number',
    description:
      'For numbers that can be shown for emergency calls (capability `emergency`) and work; others are 422 ' +
      '`out_of_range`, and where the provider sells it a quote of kind `number_feature` makes them so (SIPUS-21). An ' +
      'address that waits for a choice makes the number’s state `suggestion`; it registers by itself once somebody ' +
      'has picked. Registering takes time: `registering`, then `registered` or `failed` with a reason; it may also fail ' +
      'long afterwards. Each change is `numbers.updated` and `policy.updated`, whose `enabled_caller_ids` lists what is ' +
      'registered (SIPUS-18). The address goes with the number when that is given up.',
    params: ofNumber,
    body: numberEmergencyRequestSchema,
    response: numberEmergencySchema,
    problems: ['not_found', 'address_required', 'out_of_range'],
    example: {
      path: { number: '+14155550100' },
      body: { address_id: 'adr_workshop', floor: '2', room: 'Office' },
    },
  },
  deleteNumberEmergency: {
    method: 'DELETE',
    tag: 'Addresses and emergency calls',
    action: 'numbers.manage',
    path: '/numbers/{number}/emergency',
    summary: 'Take the registered address of a number back',
    description: 'State `removing`, then `none`: until then help is still sent there.',
    params: ofNumber,
    response: numberEmergencySchema,
    problems: ['not_found'],
  },
  getEmergencyLocation: {
    method: 'GET',
    tag: 'Addresses and emergency calls',
    action: 'settings.own',
    path: '/emergency-location',
    summary: 'Where the person says this device is, and the number an emergency call would show',
    query: emergencyLocationQuery,
    response: emergencyLocationSchema,
    example: { query: { instance_id: INSTANCE } },
  },
  putEmergencyLocation: {
    method: 'PUT',
    tag: 'Addresses and emergency calls',
    action: 'settings.own',
    path: '/emergency-location',
    summary: 'Say where this device is',
    description:
      'For everybody, whatever their role (EXT-28): a softphone moves, its number does not. A client asks again after ' +
      'the network changed and sends the same place to confirm it. The address has to be `valid`, of the person or of ' +
      'the business, and in a country whose emergency services can be reached.',
    body: emergencyLocationRequestSchema,
    response: emergencyLocationSchema,
    problems: ['address_required', 'out_of_range'],
    example: { body: { instance_id: INSTANCE, address_id: 'adr_workshop', floor: '1', room: 'Workshop' } },
  },
} as const satisfies Record<string, Endpoint>;
