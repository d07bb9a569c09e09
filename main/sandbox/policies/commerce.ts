import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';
import type { chargeItemSchema } from '../../provider/api/resources/policy.ts';

/** One tax or fee a provider adds to what it sells (EXT-22). */
export interface TaxRule {
  readonly code: string;
  readonly name: string;
  /** Some of what looks like a tax is a fee of the provider. */
  readonly kind: 'tax' | 'fee';
  /** What it is added to. */
  readonly items: readonly z.output<typeof chargeItemSchema>[];
  readonly charge:
    | { readonly kind: 'share'; readonly basisPoints: number }
    /** So much for each unit of the line. */
    | { readonly kind: 'per_unit'; readonly amount: Micros };
}

/** What a provider's shop adds and takes beyond the policy. */
export interface CommerceFacts {
  readonly taxes: readonly TaxRule[];
  readonly bankDebit: boolean;
}

const TELECOM_ITEMS = ['number_setup', 'number_monthly', 'channels', 'device', 'plan'] as const;

/** Cost recovery on numbers and the fund for emergency centres, as carriers in the United States itemise them. */
export const US_NUMBER_TAXES: readonly TaxRule[] = [
  {
    code: 'state_911',
    name: 'State 911 fee',
    kind: 'fee',
    items: ['emergency'],
    charge: { kind: 'per_unit', amount: toMicros(300_000) },
  },
  {
    code: 'recovery',
    name: 'Regulatory recovery fee',
    kind: 'fee',
    items: ['channels', 'plan'],
    charge: { kind: 'share', basisPoints: 250 },
  },
];

/** A full table: sales tax and the universal service fund beside the fees. */
export const US_TELECOM_TAXES: readonly TaxRule[] = [
  {
    code: 'usf',
    name: 'Federal Universal Service Fund',
    kind: 'tax',
    items: ['channels', 'plan'],
    charge: { kind: 'share', basisPoints: 1_240 },
  },
  {
    code: 'state_tax',
    name: 'State communications tax',
    kind: 'tax',
    items: TELECOM_ITEMS,
    charge: { kind: 'share', basisPoints: 725 },
  },
  ...US_NUMBER_TAXES,
];

/** F-16: an addition to the balance is taxed like what it will buy. */
export const TAX_ON_CREDIT: TaxRule = {
  code: 'credit_tax',
  name: 'Communications tax on prepaid credit',
  kind: 'tax',
  items: ['credit'],
  charge: { kind: 'share', basisPoints: 1_200 },
};
