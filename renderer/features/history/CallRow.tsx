import { presentMs } from '../../ui/present.ts';
import { Phone } from 'lucide-react';
import { memo } from 'react';
import type { CallLogEntry } from '../../../preload/contract/models.ts';
import { clockTime, dateOrTime, exactTime, talkedText } from '../../i18n/time-format.ts';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { IconButton } from '../../ui/Button.tsx';
import { MoneyText, usePhoneNumbers } from '../../ui/figures.tsx';
import { ownNumberText, partyText } from '../call/call-words.ts';
import { moveFocusByArrow } from '../shared/arrow-keys.ts';
import { outcomeMark } from './outcome-words.ts';

export interface CallRowProps {
  readonly row: CallLogEntry;
  /** What a press does: put the number in the dial field, or show the call's detail. */
  readonly use: 'prepare' | 'detail';
}

function OwnNumber({ row }: { readonly row: CallLogEntry }) {
  const numbers = useApp((state) => state.numbers);
  if (row.ownNumber === null || numbers.length < 2) return null;
  const own = ownNumberText(row.ownNumber, numbers);
  const number = own.label ?? own.number;
  return (
    <span className={`row__own row__own--${row.direction}`}>
      {' '}
      · {row.direction === 'incoming' ? t('history.toNumber', { number }) : t('history.fromNumber', { number })}
    </span>
  );
}

/** How long and for how much; a call that was not answered has neither, unless it was charged all the same. */
function RowFigures({ row }: { readonly row: CallLogEntry }) {
  const { cost } = row;
  const talked = talkedText(row);
  const isFree = cost?.micros === 0;
  if (talked === null && (cost === null || isFree)) return null;
  return (
    <span className="row__figures">
      {talked}
      {talked !== null && cost && ' · '}
      {isFree ? t('history.noCharge') : cost && <MoneyText value={cost} form="cost" />}
    </span>
  );
}

/** One call: how it went, with whom, when, how long, for how much; and the way to call again. */
export const CallRow = memo(function CallRow({ row, use }: CallRowProps) {
  usePhoneNumbers();
  const { prepare, redial, select } = useActions();
  const isSelected = useApp((state) => state.selection?.kind === 'call' && state.selection.id === row.id);
  const mark = outcomeMark(row);
  const who = partyText(row);
  const Icon = mark.icon;
  return (
    <li className={`row meaning--${mark.meaning}`} data-selected={use === 'detail' && isSelected}>
      <button
        type="button"
        className="row__main"
        data-row
        onKeyDown={moveFocusByArrow}
        onClick={() => (use === 'prepare' ? prepare(row.remote) : select({ kind: 'call', id: row.id }))}
      >
        <Icon className="row__icon" size={16} aria-hidden />
        <span className="row__text">
          <span className="row__line">
            <span className="row__title truncate">{who}</span>
            <time dateTime={new Date(row.startedAt).toISOString()} title={exactTime(row.startedAt)}>
              {use === 'detail' ? clockTime(row.startedAt) : dateOrTime(row.startedAt, presentMs())}
            </time>
          </span>
          <span className="row__line row__note">
            <span className="truncate">
              <span className="row__outcome">{mark.words}</span>
              <OwnNumber row={row} />
            </span>
            <RowFigures row={row} />
          </span>
        </span>
      </button>
      <IconButton
        icon={Phone}
        label={t('history.callAgain', { who })}
        className="row__call"
        onPress={() => void redial(row.remote, row.ownNumber)}
      />
    </li>
  );
});
