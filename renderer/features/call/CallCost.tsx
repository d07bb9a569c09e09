import { assertNever } from '../../../preload/contract/result.ts';
import type { CallLogEntry, CallView } from '../../../preload/contract/models.ts';
import type { Money } from '../../../preload/contract/money.ts';
import { costText } from '../../i18n/money-format.ts';
import { t } from '../../i18n/translate.ts';
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
  return t('call.cost.charged', { amount: costText(micros), currency });
}

/** What the provider charged, from the call's line of the history; null until it is known. */
function useCharge(call: CallView): Money | null {
  return useApp((state) => (call.endedAt === null ? null : chargeOf(state.history.rows, call.id)));
}

function chargeOf(rows: readonly CallLogEntry[], id: string): Money | null {
  return rows.find((row) => row.id === id)?.cost ?? null;
}

function OutgoingCost({ call }: { readonly call: CallView }) {
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
  const inboundRated = useApp((state) => state.policy?.inboundRated ?? 'never');
  const charge = useCharge(call);
  if (call.direction === 'outgoing') return <OutgoingCost call={call} />;
  if (charge) return <span className="call__cost">{chargeWords(charge)}</span>;
  return <span className="call__cost">{inboundRated === 'never' ? t('call.cost.none') : t('call.cost.unknown')}</span>;
}
