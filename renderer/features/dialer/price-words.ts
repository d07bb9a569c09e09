import { assertNever } from '../../../preload/contract/result.ts';
import type { CallPrice, Rate } from '../../../preload/contract/models.ts';
import { costText } from '../../i18n/money-format.ts';
import type { ReadNumber } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';
import type { Meaning } from '../../ui/meaning.ts';

const MANY_MINUTES = 600;

type RatedPrice = Extract<CallPrice, { kind: 'rated' }>;

function lasts(price: RatedPrice): string | null {
  if (price.talkTimeSec !== null) {
    const minutes = Math.floor(price.talkTimeSec / 60);
    if (minutes === 0) return t('dial.price.nothing');
    return minutes < MANY_MINUTES
      ? t('dial.price.about', { minutes })
      : t('dial.price.aboutHours', { hours: Math.floor(minutes / 60) });
  }
  switch (price.enoughFor) {
    case 'plenty':
      return t('dial.price.plenty');
    case 'under_5_min':
      return t('dial.price.under5');
    case 'nothing':
      return t('dial.price.nothing');
    case 'unknown':
      return null;
    default:
      return assertNever(price.enoughFor);
  }
}

/** "0.0130 USD per minute plus 0.5000 USD per call". */
export function rateWords({ perMinute, setupFee, currency }: Rate): string {
  const parts = [t('dial.price.perMinute', { amount: costText(perMinute), currency })];
  if (setupFee > 0) parts.push(t('dial.price.setup', { amount: costText(setupFee), currency }));
  return parts.join(' ');
}

function ratedWords(price: RatedPrice): string {
  if (price.rate.perMinute === 0 && price.rate.setupFee === 0) return t('dial.price.free');
  const time = lasts(price);
  return [rateWords(price.rate), ...(time === null ? [] : [time])].join(' · ');
}

/** True for digits that are no possible number of any country: one is still being typed, or it is a local number. */
function maybeIncomplete({ target, e164 }: Pick<ReadNumber, 'target' | 'e164'>): boolean {
  return e164 === null && /^\+?\d*$/.test(target);
}

/**
 * The line under the dial field: what a minute costs and how long the credit lasts (EXT-03). Never a promise. `read` is
 * the number the price was asked for.
 */
export function priceWords(price: CallPrice, read: Pick<ReadNumber, 'target' | 'e164'>): string {
  switch (price.kind) {
    case 'emergency':
      return t('dial.emergency.text');
    case 'included':
      return t('dial.price.included');
    case 'unknown':
      if (maybeIncomplete(read)) return t('dial.price.incomplete');
      return price.reason === 'not_a_number' ? t('dial.price.notANumber') : t('dial.price.unknown');
    case 'rated':
      return ratedWords(price);
    default:
      return assertNever(price);
  }
}

/** Whether the price asks for attention before the call, not after. */
export function priceMeaning(price: CallPrice): Extract<Meaning, 'attention' | 'neutral'> {
  if (price.kind !== 'rated') return 'neutral';
  const outOfTime = price.talkTimeSec === null ? price.enoughFor !== 'plenty' : price.talkTimeSec < 5 * 60;
  const isCostly = price.rate.perMinute > 0 || price.rate.setupFee > 0;
  return isCostly && outOfTime && price.enoughFor !== 'unknown' ? 'attention' : 'neutral';
}

/** The mark of a destination that is not an ordinary number; null for an ordinary one. */
export function destinationMark(price: CallPrice): { readonly words: string; readonly meaning: Meaning } | null {
  if (price.kind !== 'rated' && price.kind !== 'included') return null;
  switch (price.rate.kind) {
    case 'premium':
      return { words: t('dial.kind.premium'), meaning: 'attention' };
    case 'satellite':
      return { words: t('dial.kind.satellite'), meaning: 'attention' };
    case 'toll_free':
      return { words: t('dial.kind.toll_free'), meaning: 'good' };
    case 'test':
      return { words: t('dial.kind.test'), meaning: 'information' };
    case 'standard':
    case 'emergency':
      return null;
    default:
      return assertNever(price.rate.kind);
  }
}
