import { assertNever } from '../../../../preload/contract/result.ts';
import type { Ledger } from '../ledger.ts';
import type { Charge, ChargeStore } from './charges.ts';
import { NOTHING_TAKEN, failLines } from './charges.ts';
import type { PaymentMethods } from './methods.ts';
import { describeBy } from './methods.ts';
import type { CardNetwork, Decline, NetworkAnswer } from './network.ts';
import { askAgainAt } from './network.ts';
import type { Settlement } from './settlement.ts';

/**
 * Brings every charge on, one step at a time: ask the card network outside our transactions, then book its answer in one.
 *
 *     authorise --> capture | release --> none
 *       |  ^ \-- no answer, slow, 3-D Secure --> wait --> ask --> as if just answered
 *       \--/ declined: the next method
 *
 * What is to be done next is a column, so a killed process goes on where it was; each payment has one reference at the
 * network, so nothing is taken twice.
 */
export interface Engine {
  /** Says that a charge has something to do. Cheap; may be called in a transaction. */
  wake(): void;
  /** Does all there is to do now. Nothing while a transaction is open. */
  run(): void;
}

interface Parts {
  readonly ledger: Ledger;
  readonly network: CardNetwork;
  readonly store: ChargeStore;
  readonly methods: PaymentMethods;
  readonly settlement: Settlement;
}

/** The one name of this attempt at the card network. */
export function referenceOf(charge: Pick<Charge, 'id' | 'attempt'>): string {
  return `${charge.id}:${charge.attempt}`;
}

export function createEngine(parts: Parts): Engine {
  const { ledger, network, store, methods, settlement } = parts;
  let awake = true;
  let running = false;

  const tokenOf = (charge: Charge): string | undefined =>
    charge.token ?? (charge.methodId === null ? undefined : methods.byId(charge.methodId)?.token);

  function decline(charge: Charge, reason: Decline): void {
    if (charge.methodId !== null && reason.kind === 'hard') methods.suspend(charge.methodId);
    const [next, ...rest] = charge.backups;
    if (next !== undefined) {
      store.update(charge.id, {
        state: 'pending',
        step: 'authorise',
        methodId: next,
        backups: rest,
        attempt: charge.attempt + 1,
        actionToken: null,
        nextAskAt: null,
        description: describeBy(charge.summary, methods.byId(next)),
      });
      return;
    }
    store.update(charge.id, {
      ...NOTHING_TAKEN,
      state: 'declined',
      step: 'none',
      decline: reason,
      lines: failLines(charge.lines, reason.text),
      actionToken: null,
      nextAskAt: null,
    });
  }

  /** Books what the network said. In a transaction. */
  function apply(charge: Charge, answer: NetworkAnswer): void {
    switch (answer.kind) {
      case 'approved': {
        const token = tokenOf(charge);
        const kind = token === undefined ? 'card' : network.entry(token)?.kind;
        settlement.settle(charge, kind === 'card');
        return;
      }
      case 'declined':
        return decline(charge, answer.decline);
      case 'action_required':
        store.update(charge.id, {
          state: 'action_required',
          step: 'wait',
          actionToken: answer.actionToken,
          nextAskAt: answer.askAt,
        });
        return;
      case 'waiting':
        store.update(charge.id, { state: 'pending', step: 'wait', nextAskAt: answer.askAt });
        return;
      case 'no_answer':
        store.update(charge.id, { state: 'pending', step: 'wait', nextAskAt: askAgainAt(ledger.clock.now()) });
        return;
      default:
        assertNever(answer);
    }
  }

  function authorise(charge: Charge): NetworkAnswer {
    const token = tokenOf(charge);
    if (token === undefined) {
      const text = 'The payment method was removed';
      return { kind: 'declined', decline: { code: 'method_removed', kind: 'hard', text } };
    }
    return network.authorise({
      reference: referenceOf(charge),
      token,
      amount: charge.card,
      onSession: charge.onSession,
    });
  }

  function take(charge: Charge): void {
    const reference = referenceOf(charge);
    switch (charge.step) {
      case 'authorise': {
        const answer = authorise(charge);
        return ledger.write(() => apply(charge, answer));
      }
      case 'ask': {
        const answer = network.find(reference) ?? authorise(charge);
        return ledger.write(() => apply(charge, answer));
      }
      case 'capture':
        network.capture(reference, charge.card);
        return ledger.write(() => void store.update(charge.id, { step: 'none' }));
      case 'release':
        network.release(reference);
        return ledger.write(() => void store.update(charge.id, { step: 'none' }));
      case 'wait':
      case 'none':
        return;
      default:
        assertNever(charge.step);
    }
  }

  function run(): void {
    if (!awake || running || ledger.db.inTransaction) return;
    running = true;
    try {
      for (let charge = store.nextToDo(); charge; charge = store.nextToDo()) take(charge);
      awake = false;
    } finally {
      running = false;
    }
  }

  ledger.onWrite(run);
  ledger.agenda.add({
    name: 'payments that wait',
    nextAt: () => store.nextAskAt(),
    run(at) {
      store.markDue(at);
      awake = true;
    },
  });
  return {
    wake() {
      awake = true;
    },
    run,
  };
}
