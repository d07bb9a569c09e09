import { toMicros } from '../../../preload/contract/money.ts';
import type { Profile, ProfileNumber, ProfilePerson } from './profile.ts';

/** The invented firm every profile shows: three people and their numbers, from ranges kept free for fiction. */
export const FIRM_ACCOUNT: Profile['account'] = {
  id: 'acc_fernhill',
  name: 'Fernhill Joinery',
  timeZone: 'America/Los_Angeles',
  country: 'US',
  currency: 'USD',
};

export const FIRM_PEOPLE: readonly ProfilePerson[] = [
  { id: 'usr_dana', name: 'Dana Whitfield', role: 'owner', grants: [], email: 'dana@fernhill.example' },
  {
    id: 'usr_marcus',
    name: 'Marcus Oyelaran',
    role: 'admin',
    grants: ['see_balance'],
    email: 'marcus@fernhill.example',
  },
  { id: 'usr_priya', name: 'Priya Raman', role: 'user', grants: [], email: 'priya@fernhill.example' },
];

/** The numbers of the firm at a monthly price for a local and for a toll-free one, in micros. */
export function firmNumbers(localMonthly: number, tollFreeMonthly: number): readonly ProfileNumber[] {
  const local = { capabilities: ['voice', 'sms'], emergency: 'none', isDefaultCallerId: false } as const;
  return [
    {
      number: '+14155550100',
      label: 'Main line',
      capabilities: ['voice', 'sms', 'emergency'],
      emergency: 'registered',
      isDefaultCallerId: true,
      person: 'usr_dana',
      monthly: toMicros(localMonthly),
    },
    { ...local, number: '+14155550101', label: 'Workshop', person: 'usr_marcus', monthly: toMicros(localMonthly) },
    { ...local, number: '+14155550102', label: 'Priya', person: 'usr_priya', monthly: toMicros(localMonthly) },
    {
      ...local,
      capabilities: ['voice'],
      number: '+18005550199',
      label: 'Toll-free orders',
      person: 'usr_dana',
      monthly: toMicros(tollFreeMonthly),
    },
  ];
}

/** POL-25 of an account in the United States. */
export const US_EMERGENCY = { numbers: ['911', '112'], testNumber: '933' } as const;
