import { assertNever } from '../../../preload/contract/result.ts';
import type { UsageRow } from '../../../preload/contract/models.ts';
import { formatPhoneNumber } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';

/** What a row is about: the other side first, and one's own number where there is room for it. */
export interface Party {
  readonly before: string | null;
  readonly main: string;
  readonly after: string | null;
}

/** The two numbers of a call in the direction it went, else the provider's description. */
export function partyOf(row: UsageRow): Party {
  const from = row.from === null ? null : formatPhoneNumber(row.from);
  const to = row.to === null ? null : formatPhoneNumber(row.to);
  if (from === null || to === null) return { before: null, main: to ?? from ?? row.description, after: null };
  return row.direction === 'inbound'
    ? { before: null, main: from, after: ` \u2192 ${to}` }
    : { before: `${from} \u2192 `, main: to, after: null };
}

/** The word beside an amount that is not simply priced; null where it is. */
export function priceStateWords(row: UsageRow): string | null {
  switch (row.priceState) {
    case 'priced':
      return null;
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
