import { Phone } from 'lucide-react';
import type { CallLogEntry } from '../../../preload/contract/models.ts';
import { reasonText } from '../../i18n/reasons.ts';
import { exactTime, talkedText } from '../../i18n/time-format.ts';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { MoneyText, PhoneNumberText, usePhoneNumbers } from '../../ui/figures.tsx';
import { ownNumberText, partyText } from '../call/call-words.ts';
import { outcomeMark } from './outcome-words.ts';

function Outcome({ row }: { readonly row: CallLogEntry }) {
  const mark = outcomeMark(row);
  const adds = row.reason !== null && row.outcome !== 'answered' && row.outcome !== 'missed';
  return (
    <>
      {mark.words}
      {adds && `. ${reasonText(row.reason)}`}
    </>
  );
}

function Cost({ row }: { readonly row: CallLogEntry }) {
  if (row.cost?.micros === 0) return <>{t('history.noCharge')}</>;
  if (row.cost) return <MoneyText value={row.cost} form="cost" />;
  return <>{t('history.detail.cost.unknown')}</>;
}

/** All that is kept of one call. */
export function CallDetail({ id }: { readonly id: string }) {
  usePhoneNumbers();
  const row = useApp((state) => state.history.rows.find((each) => each.id === id));
  const numbers = useApp((state) => state.numbers);
  const { redial } = useActions();
  if (!row) return null;
  const own = row.ownNumber === null ? null : ownNumberText(row.ownNumber, numbers);
  const talked = talkedText(row);
  return (
    <>
      <p className="call__party">{partyText(row)}</p>
      <dl className="facts">
        <dt>{t('history.detail.who')}</dt>
        <dd>
          <PhoneNumberText value={row.remote} />
        </dd>
        {own && (
          <>
            <dt>{t('history.detail.own')}</dt>
            <dd>{own.label === null ? own.number : `${own.label} ${own.number}`}</dd>
          </>
        )}
        <dt>{t('history.detail.started')}</dt>
        <dd>{exactTime(row.startedAt)}</dd>
        <dt>{t('history.detail.outcome')}</dt>
        <dd>
          <Outcome row={row} />
        </dd>
        {talked !== null && (
          <>
            <dt>{t('history.detail.talked')}</dt>
            <dd>{talked}</dd>
          </>
        )}
        {row.answeredAt !== null && (row.direction === 'outgoing' || row.cost !== null) && (
          <>
            <dt>{t('history.detail.cost')}</dt>
            <dd>
              <Cost row={row} />
            </dd>
          </>
        )}
        {row.sipCode !== null && (
          <>
            <dt>{t('history.detail.code')}</dt>
            <dd>{row.sipCode}</dd>
          </>
        )}
      </dl>
      <div>
        <Button icon={Phone} onPress={() => void redial(row.remote, row.ownNumber)}>
          {t('history.callAgain', { who: partyText(row) })}
        </Button>
      </div>
    </>
  );
}
