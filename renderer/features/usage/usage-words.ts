import { assertNever } from '../../../preload/contract/result.ts';
import type { UsageRow } from '../../../preload/contract/models.ts';
import { formatPhoneNumber } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';

/** What a row is about in one line: the two numbers of a call, else the provider's description. */
export function partyWords(row: UsageRow): string {
  const from = row.from === null ? null : formatPhoneNumber(row.from);
  const to = row.to === null ? null : formatPhoneNumber(row.to);
  if (from !== null && to !== null) return `${from} \u2192 ${to}`;
  return to ?? from ?? row.description;
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
