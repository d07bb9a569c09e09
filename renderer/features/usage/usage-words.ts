import { assertNever } from '../../../preload/contract/result.ts';
import type { Policy, UsageRow } from '../../../preload/contract/models.ts';
import { formatPhoneNumber } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';

/** What a row is about: the other side first, and one's own number where there is room for it. */
export interface Party {
  readonly before: string | null;
  readonly main: string;
  readonly after: string | null;
}

/**
 * What is said of a number the provider keeps for trying the phone: its label and the short code people dial; null for
 * any other number.
 */
export function testNumberWords(number: string, testNumbers: Policy['testNumbers']): string | null {
  const found = testNumbers.find((each) => each.number === number);
  if (!found) return null;
  return found.shortCode === null ? found.label : `${found.label} ${found.shortCode}`;
}

/** The two numbers of a call in the direction it went, else the provider's description. */
export function partyOf(row: UsageRow, testNumbers: Policy['testNumbers']): Party {
  const from = row.from === null ? null : formatPhoneNumber(row.from);
  const to = row.to === null ? null : formatPhoneNumber(row.to);
  const tried = row.direction === 'outbound' && row.to !== null ? testNumberWords(row.to, testNumbers) : null;
  if (tried !== null) return { before: null, main: tried, after: ` ${to}` };
  if (from === null || to === null) return { before: null, main: to ?? from ?? row.description, after: null };
  return row.direction === 'inbound'
    ? { before: null, main: from, after: ` \u2192 ${to}` }
    : { before: `${from} \u2192 `, main: to, after: null };
}

/** True for a call that cost nothing and was never anything else: words stand for its amount. */
export function isFreeCall(row: UsageRow): boolean {
  return row.kind === 'call' && row.amount === 0 && (row.priceState === 'priced' || row.priceState === 'included');
}

/** The seconds a call was charged for, where they are not the seconds it lasted; null where they are. */
export function billedOtherwise(row: UsageRow): number | null {
  return row.billedSec === row.durationSec || row.billedSec === 0 ? null : row.billedSec;
}

/** The word beside an amount that is not simply priced; null where it is. */
export function priceStateWords(row: UsageRow): string | null {
  switch (row.priceState) {
    case 'priced':
      return isFreeCall(row) ? t('usage.price.none') : null;
    case 'price_pending':
      return t('usage.price.pending');
    case 'included':
      return t('usage.price.included');
    case 'corrected':
      return t('usage.price.corrected');
    default:
      return assertNever(row.priceState);
  }
}
