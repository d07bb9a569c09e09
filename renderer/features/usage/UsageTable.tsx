import { memo } from 'react';
import type { Policy, UsageRow } from '../../../preload/contract/models.ts';
import { clockTime, durationText, exactTime, shortDate } from '../../i18n/time-format.ts';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { MoneyText, usePhoneNumbers } from '../../ui/figures.tsx';
import { presentMs } from '../../ui/present.ts';
import { moveFocusByArrow } from '../shared/arrow-keys.ts';
import { billedOtherwise, isFreeCall, partyOf, priceStateWords } from './usage-words.ts';

const NO_TEST_NUMBERS: Policy['testNumbers'] = [];

function Amount({ row }: { readonly row: UsageRow }) {
  const state = priceStateWords(row);
  return (
    <>
      {row.priceState !== 'price_pending' && !isFreeCall(row) && (
        <MoneyText value={{ micros: row.amount, currency: row.currency }} form="cost" />
      )}
      {state !== null && <span className="usage__state">{state}</span>}
    </>
  );
}

/** How long the call lasted and, where it was charged for another time, for how long. */
function CallLength({ row }: { readonly row: UsageRow }) {
  if (row.durationSec === null) return null;
  const billed = billedOtherwise(row);
  return (
    <>
      {durationText(row.durationSec)}
      {billed !== null && <span className="usage__state">{t('usage.billed', { duration: durationText(billed) })}</span>}
    </>
  );
}

const Row = memo(function Row({ row }: { readonly row: UsageRow }) {
  usePhoneNumbers();
  const { select } = useActions();
  const isSelected = useApp((state) => state.selection?.kind === 'usage' && state.selection.id === row.id);
  const testNumbers = useApp((state) => state.policy?.testNumbers ?? NO_TEST_NUMBERS);
  const party = partyOf(row, testNumbers);
  const [day, clock] = [shortDate(row.time, presentMs()), clockTime(row.time)];
  const kind = t(`usage.kind.${row.kind}`);
  return (
    <tr className="usage__row" data-selected={isSelected} onClick={() => select({ kind: 'usage', id: row.id })}>
      <td className="usage__time">
        <button
          type="button"
          className="usage__open"
          data-row
          onKeyDown={moveFocusByArrow}
          title={exactTime(row.time)}
          aria-label={t('usage.open', { what: `${day} ${clock}, ${kind}` })}
        >
          <time dateTime={new Date(row.time).toISOString()}>
            {day} <span className="soft">{clock}</span>
          </time>
        </button>
      </td>
      <td className="usage__kind">{kind}</td>
      <td className="usage__party">
        {party.before && <span className="usage__own">{party.before}</span>}
        {party.main}
        {party.after && <span className="usage__own">{party.after}</span>}
      </td>
      <td className="usage__figure usage__duration">
        <CallLength row={row} />
      </td>
      <td className="usage__figure usage__rate">
        {row.ratePerMinute !== null && (
          <MoneyText value={{ micros: row.ratePerMinute, currency: row.currency }} form="cost" />
        )}
      </td>
      <td className="usage__figure usage__amount">
        <Amount row={row} />
      </td>
    </tr>
  );
});

/** The usage rows, newest first; figures right-aligned. On a narrow pane rate and duration move to the detail. */
export function UsageTable({ rows }: { readonly rows: readonly UsageRow[] }) {
  return (
    <table className="usage">
      <thead>
        <tr>
          <th scope="col">{t('usage.col.time')}</th>
          <th scope="col" className="usage__kind">
            {t('usage.col.kind')}
          </th>
          <th scope="col">{t('usage.col.party')}</th>
          <th scope="col" className="usage__figure usage__duration">
            {t('usage.col.duration')}
          </th>
          <th scope="col" className="usage__figure usage__rate">
            {t('usage.col.rate')}
          </th>
          <th scope="col" className="usage__figure">
            {t('usage.col.amount')}
          </th>
        </tr>
      </thead>
      <tbody data-rows>
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </tbody>
    </table>
  );
}
