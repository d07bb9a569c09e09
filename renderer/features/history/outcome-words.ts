import { assertNever } from '../../../preload/contract/result.ts';
import { PhoneIncoming, PhoneMissed, PhoneOff, PhoneOutgoing } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { CallLogEntry } from '../../../preload/contract/models.ts';
import { t } from '../../i18n/translate.ts';
import type { Meaning } from '../../ui/meaning.ts';

export interface OutcomeMark {
  readonly words: string;
  readonly icon: LucideIcon;
  readonly meaning: Meaning;
}

/** How a call of the history is marked: always an icon and a word, whatever its colour. */
export function outcomeMark(row: Pick<CallLogEntry, 'outcome' | 'direction'>): OutcomeMark {
  const plain = row.direction === 'outgoing' ? PhoneOutgoing : PhoneIncoming;
  switch (row.outcome) {
    case null:
      return { words: t('history.inProgress'), icon: plain, meaning: 'information' };
    case 'answered':
      return { words: t(`outcome.answered.${row.direction}`), icon: plain, meaning: 'neutral' };
    case 'missed':
      return { words: t('outcome.missed'), icon: PhoneMissed, meaning: 'danger' };
    case 'lost':
      return { words: t('outcome.lost'), icon: PhoneOff, meaning: 'attention' };
    case 'failed':
      return { words: t('outcome.failed'), icon: PhoneOff, meaning: 'attention' };
    case 'declined':
    case 'cancelled':
    case 'answered_elsewhere':
      return { words: t(`outcome.${row.outcome}`), icon: plain, meaning: 'neutral' };
    default:
      return assertNever(row.outcome);
  }
}
