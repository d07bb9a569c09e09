import { assertNever } from '../../../preload/contract/result.ts';
import type { CallLogEntry, CallView } from '../../../preload/contract/models.ts';
import type { Money } from '../../../preload/contract/money.ts';
import { costText } from '../../i18n/money-format.ts';
import { t } from '../../i18n/translate.ts';
import { rateWords } from '../dialer/price-words.ts';
import { runningCost } from '../../state/running-cost.ts';
import type { RunningCost } from '../../state/running-cost.ts';
import { useApp } from '../../state/use-app.ts';
import { useSecondsSince } from '../../ui/Duration.tsx';

function costWords(cost: RunningCost, isOver: boolean): string {
  switch (cost.kind) {
    case 'about':
      return t(isOver ? 'call.cost.expected' : 'call.cost.about', {
        amount: costText(cost.cost.micros),
        currency: cost.cost.currency,
      });
    case 'included':
      return t('call.cost.included');
    case 'free':
      return t('call.cost.free');
    case 'unknown':
      return t('call.cost.unknown');
    default:
      return assertNever(cost);
  }
}

function chargeWords({ micros, currency }: Money): string {
  if (micros === 0) return t('call.cost.none');
  return t('call.cost.charged', { amount: costText(micros), currency });
}

/** What the provider charged, from the call's line of the history; null until it is known. */
function useCharge(call: CallView): Money | null {
  return useApp((state) => (call.endedAt === null ? null : chargeOf(state.history.rows, call.id)));
}

function chargeOf(rows: readonly CallLogEntry[], id: string): Money | null {
  return rows.find((row) => row.id === id)?.cost ?? null;
}

function RatedCost({ call }: { readonly call: CallView }) {
  const price = useApp((state) => state.callPrices[call.id] ?? null);
  // A call that is not answered yet has cost nothing.
  const seconds = useSecondsSince(call.answeredAt ?? 0, call.answeredAt === null ? 0 : call.endedAt);
  const charge = useCharge(call);
  if (call.answeredAt === null) return null;
  if (charge) return <span className="call__cost">{chargeWords(charge)}</span>;
  // A second that has begun counts (F-01 counts up).
  const started = call.endedAt === null ? seconds + 1 : Math.ceil((call.endedAt - call.answeredAt) / 1000);
  return <span className="call__cost">{costWords(runningCost(price, started), call.endedAt !== null)}</span>;
}

/** What the call costs so far: an estimate beside the balance, never inside it. */
export function CallCost({ call }: { readonly call: CallView }) {
  const isRated = useApp(
    (state) => call.direction === 'outgoing' || (state.policy?.inboundRated ?? 'never') !== 'never',
  );
  const charge = useCharge(call);
  if (isRated) return <RatedCost call={call} />;
  return <span className="call__cost">{charge ? chargeWords(charge) : t('call.cost.none')}</span>;
}

/** What answering a call will cost, where the provider charges for being called; nothing where it is free. */
export function AnswerPrice({ call }: { readonly call: CallView }) {
  const price = useApp((state) => state.callPrices[call.id] ?? null);
  if (price?.kind !== 'rated' || (price.rate.perMinute === 0 && price.rate.setupFee === 0)) return null;
  return <p className="soft">{t('ring.price', { price: rateWords(price.rate) })}</p>;
}
