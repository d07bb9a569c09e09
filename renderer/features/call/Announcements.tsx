import { assertNever } from '../../../preload/contract/result.ts';
import { reasonText } from '../../i18n/reasons.ts';
import { t } from '../../i18n/translate.ts';
import type { AppState } from '../../state/model.ts';
import { callsInView } from '../../state/selectors.ts';
import { useApp } from '../../state/use-app.ts';
import { LiveRegion } from '../../ui/LiveRegion.tsx';
import { ownNumberText, partyText, stateWords } from './call-words.ts';

/** What a screen reader is told of the latest call's state. */
export function politeWords(state: AppState): string {
  const call = callsInView(state).findLast((each) => each.state !== 'incoming');
  if (!call) return '';
  const who = partyText(call);
  switch (call.state) {
    case 'dialling':
      return t('announce.dialling', { who });
    case 'ringing':
    case 'early_media':
      return t('announce.ringing');
    case 'active':
      return call.hold === 'none' ? t('announce.active', { who }) : stateWords(call);
    case 'ended':
      return t('announce.ended', { why: reasonText(call.reason) });
    case 'incoming':
    case 'answering':
    case 'ending':
      return stateWords(call);
    default:
      return assertNever(call.state);
  }
}

/** What it is told at once: somebody is calling. */
export function assertiveWords(state: AppState): string {
  const call = state.calls.find((each) => each.state === 'incoming');
  if (!call) return '';
  const who = partyText(call);
  const own = call.ownNumber === null ? null : ownNumberText(call.ownNumber, state.numbers);
  return own ? t('ring.fromTo', { who, label: own.label ?? own.number }) : t('ring.from', { who });
}

/** Tells calls to a screen reader. */
export function Announcements() {
  return <LiveRegion polite={useApp(politeWords)} assertive={useApp(assertiveWords)} />;
}
