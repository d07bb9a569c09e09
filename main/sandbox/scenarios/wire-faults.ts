import type { ChargeItem } from '../policies/profile.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Services } from '../ledger/services.ts';
import type { FaultSwitch } from './faults.ts';

const EVERYTHING: readonly ChargeItem[] = [
  'credit',
  'number_setup',
  'number_monthly',
  'channels',
  'device',
  'emergency',
  'metered_service',
  'porting',
  'plan',
];

/** A request as the fault `numberTaken` looks at it. */
interface WriteRequest {
  readonly path: string;
  readonly body: unknown;
}

/** Puts the faults of the books into force. Answers what has to be called before each write is served. */
export function wireFaults(ledger: Ledger, services: Services, faults: FaultSwitch): (request: WriteRequest) => void {
  const { commerce, numbers, planning } = services;
  commerce.useCardFaults({ take: () => faults.take('card')?.behaviour });
  commerce.useLevy(() => {
    const { levyBasisPoints: basisPoints } = faults.current();
    if (basisPoints === 0) return undefined;
    return { code: 'levy', name: 'New levy', kind: 'fee', items: EVERYTHING, charge: { kind: 'share', basisPoints } };
  });
  planning.statements.delayBy(() => faults.current().statementDelayMs);

  /** The first number a request is after. */
  function numberWanted({ path, body }: WriteRequest): string | undefined {
    const asked = (body ?? {}) as { numbers?: unknown; items?: unknown; quote_id?: unknown };
    const items = (each: unknown): unknown =>
      Array.isArray(each) ? (each[0] as { number?: unknown } | undefined)?.number : undefined;
    const first = (): unknown => {
      if (path === '/numbers/holds') return Array.isArray(asked.numbers) ? asked.numbers[0] : undefined;
      if (path === '/quotes') return items(asked.items);
      const request = path === '/charges' ? commerce.quoteById(String(asked.quote_id))?.request : undefined;
      return request?.kind === 'numbers' ? request.items[0]?.number : undefined;
    };
    const found = first();
    return typeof found === 'string' ? found : undefined;
  }

  return (request) => {
    if (faults.current().numberTaken === null) return;
    const number = numberWanted(request);
    if (number === undefined || !ledger.write(() => numbers.market.setTaken(number, true))) return;
    faults.take('numberTaken');
  };
}
