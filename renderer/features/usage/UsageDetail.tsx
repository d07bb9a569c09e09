import type { ReactNode } from 'react';
import { durationText, exactTime } from '../../i18n/time-format.ts';
import { t } from '../../i18n/translate.ts';
import { useApp } from '../../state/use-app.ts';
import { MoneyText, PhoneNumberText } from '../../ui/figures.tsx';
import { isFreeCall, priceStateWords, testNumberWords } from './usage-words.ts';

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** One row opened: what it was, which rule priced it, who made it. */
export function UsageDetail({ id }: { readonly id: string }) {
  const row = useApp((state) => state.usage.rows.find((each) => each.id === id));
  const testNumbers = useApp((state) => state.policy?.testNumbers) ?? [];
  if (!row) return null;
  const money = (micros: typeof row.amount) => <MoneyText value={{ micros, currency: row.currency }} form="cost" />;
  const state = priceStateWords(row);
  const tried = row.to === null ? null : testNumberWords(row.to, testNumbers);
  return (
    <>
      <dl className="facts">
        <Fact name={t('usage.col.kind')}>{t(`usage.kind.${row.kind}`)}</Fact>
        <Fact name={t('usage.detail.time')}>{exactTime(row.time)}</Fact>
        {row.description !== '' && <Fact name={t('usage.detail.description')}>{row.description}</Fact>}
        {row.from !== null && (
          <Fact name={t('usage.detail.from')}>
            <PhoneNumberText value={row.from} />
          </Fact>
        )}
        {row.to !== null && (
          <Fact name={t('usage.detail.to')}>
            {tried !== null && `${tried}, `}
            <PhoneNumberText value={row.to} />
          </Fact>
        )}
        {row.durationSec !== null && <Fact name={t('usage.detail.duration')}>{durationText(row.durationSec)}</Fact>}
        {row.billedSec !== null && <Fact name={t('usage.detail.billed')}>{durationText(row.billedSec)}</Fact>}
        {row.ratePerMinute !== null && <Fact name={t('usage.col.rate')}>{money(row.ratePerMinute)}</Fact>}
        <Fact name={t('usage.detail.amount')}>
          {isFreeCall(row) ? state : row.priceState !== 'price_pending' && money(row.amount)}
          {!isFreeCall(row) && state !== null && ` (${state})`}
        </Fact>
        {row.userName !== null && <Fact name={t('usage.detail.user')}>{row.userName}</Fact>}
        {row.sipCallId !== null && <Fact name={t('usage.detail.callId')}>{row.sipCallId}</Fact>}
      </dl>
      {row.kind === 'call' && <p className="soft">{t('usage.rule')}</p>}
    </>
  );
}
