import type { CallView, OwnedNumber } from '../../../preload/contract/models.ts';
import { formatPhoneNumber } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';

/** Who is on the other side: the name, else the number as people write it. */
export function partyText(call: Pick<CallView, 'remote' | 'remoteName'>): string {
  if (call.remoteName) return call.remoteName;
  return call.remote === '' || call.remote === 'anonymous' ? t('call.unknownCaller') : formatPhoneNumber(call.remote);
}

/** What the call is doing, in words: hold speaks before the plain state. */
export function stateWords(call: CallView): string {
  if (call.state === 'active' && call.hold !== 'none') return t(`call.hold.${call.hold}`);
  return t(`call.state.${call.state}`);
}

/** "Sales +1 415 555 0100" for one's own number; the bare number when it has no label. */
export function ownNumberText(number: string, owned: readonly OwnedNumber[]): { label: string | null; number: string } {
  const label = owned.find((each) => each.number === number)?.label ?? '';
  return { label: label === '' ? null : label, number: formatPhoneNumber(number) };
}

/** The "To:" line of a ring card. */
export function calledWords(number: string, owned: readonly OwnedNumber[]): string {
  const own = ownNumberText(number, owned);
  return own.label === null
    ? t('call.toOwn.plain', { number: own.number })
    : t('call.toOwn', { label: own.label, number: own.number });
}
