import { assertNever } from '../../../../preload/contract/result.ts';
import type { Charge } from '../commerce/charges.ts';
import { creditLine } from '../commerce/credit-line.ts';
import type { Keeper, KeeperParts, Standing, TopUpState } from './keeper.ts';
import { RETRY_AFTER_FAILURE_MS } from './keeper.ts';
import type { Recharge, TopUpNotice, TopUpTeller } from './ports.ts';
import type { TopUpTry } from './tries.ts';
import { isAutomatic } from './tries.ts';

/**
 * F-09: looks after every commit that moved money, one payment at a time for each account. The balance is read again,
 * money on its way counted and the cap checked in the transaction that begins the payment, so that two who look at once
 * begin one. It decides from the books alone: what a killed process had not begun is begun at the next look.
 */
export interface Loop {
  /** Something changed that may call for a top-up. Cheap; may be called in a transaction. */
  wake(): void;
  /** Looks now, where it was woken. Nothing while a transaction is open. */
  run(): void;
  recharge(): Recharge;
}

interface Parts extends KeeperParts {
  readonly keeper: Keeper;
  readonly teller: TopUpTeller;
}

/** What people have to be told when it comes to stand like that. */
function noticeOf({ state, isLow }: Standing): TopUpNotice | undefined {
  switch (state.kind) {
    case 'capped':
      return isLow ? { kind: 'top_up_capped', by: state.by, until: state.until } : undefined;
    case 'action_required':
      return { kind: 'top_up_action_required', chargeId: state.chargeId };
    case 'paused_failures':
      return { kind: 'top_up_paused', failures: state.failures };
    case 'no_method':
      return { kind: 'top_up_no_method' };
    case 'suspended_by_provider':
      return { kind: 'top_up_suspended' };
    case 'off':
    case 'armed':
    case 'charging':
    case 'cooling_down':
      return undefined;
    default:
      return assertNever(state);
  }
}

/** When a state that stands in the way of a charge ends by itself; null = it does not. */
export function endOf(state: TopUpState): number | null {
  return state.kind === 'capped' || state.kind === 'cooling_down' ? state.until : null;
}

const wakeAtOf = ({ state, isLow }: Standing): number | null => (isLow ? endOf(state) : null);

const toldAs = (standing: Standing): string => JSON.stringify([standing.state, wakeAtOf(standing)]);

export function createLoop(parts: Parts): Loop {
  const { ledger, rules, commerce, document, tries, keeper, teller } = parts;
  const { db, clock, journal, outbox } = ledger;
  const credited = db
    .prepare<[string], number>(`SELECT coalesce(sum(amount), 0) FROM usage WHERE charge_id = ? AND kind = 'topup'`)
    .pluck();
  let awake = true;
  let running = false;
  let waitsForMethod = false;

  function begin({ amount }: Standing): void {
    const { methodId } = document.get();
    commerce.automaticCharge({
      origin: 'top_up',
      kind: 'top_up',
      key: `top_up:${tries.nextSeq()}`,
      description: rules.describedAs,
      lines: [creditLine(ledger, amount)],
      paymentMethodId: methodId,
    });
  }

  const isDue = ({ state, isLow }: Standing): boolean => state.kind === 'armed' && isLow;

  /** In a transaction. */
  function act(): void {
    if (isDue(keeper.stand())) begin(keeper.stand());
    const standing = keeper.stand();
    const told = toldAs(standing);
    if (told === keeper.memory().told) return;
    keeper.remember({ told, wakeAt: wakeAtOf(standing) });
    outbox.append('top_up.updated', clock.now());
    const notice = noticeOf(standing);
    if (notice) teller.notice(notice);
  }

  function look(): void {
    const standing = keeper.stand();
    waitsForMethod = standing.state.kind === 'no_method';
    if (isDue(standing) || toldAs(standing) !== keeper.memory().told) ledger.write(act);
  }

  function run(): void {
    if (running || db.inTransaction || (!awake && !waitsForMethod)) return;
    running = true;
    try {
      do {
        awake = false;
        look();
      } while (awake);
    } catch (fault) {
      awake = true;
      throw fault;
    } finally {
      running = false;
    }
  }

  function succeeded({ chargeId }: TopUpTry): void {
    // R60: money that was taken and never came would be asked for again and again.
    const stuck = (credited.get(chargeId) ?? 0) <= 0;
    const suspended = stuck ? { at: clock.now(), reason: 'balance_did_not_rise' as const } : keeper.memory().suspended;
    keeper.remember({ failures: 0, coolingUntil: null, suspended });
  }

  function failed(charge: Charge): void {
    const { failures } = keeper.memory();
    if (isAutomatic(charge)) {
      keeper.remember({ failures: failures + 1, coolingUntil: clock.now() + RETRY_AFTER_FAILURE_MS });
    }
    const { code, text } = charge.decline ?? { code: 'failed', text: 'The payment did not go through' };
    teller.notice({ kind: 'top_up_declined', chargeId: charge.id, code, text });
  }

  commerce.onChange((charge) => {
    awake = true;
    const ended = tries.record(charge, { balance: journal.balance(), threshold: document.get().threshold });
    if (!ended || ended.state === 'void') return;
    if (ended.state === 'done') teller.receipt(charge);
    if (ended.state === 'done' && isAutomatic(charge)) succeeded(ended);
    // Whoever was there when a payment was refused need not be told.
    if (ended.state === 'failed' && !charge.onSession) failed(charge);
  });
  journal.onPosting(() => {
    awake = true;
  });
  ledger.agenda.add({
    name: 'automatic top-up',
    nextAt: () => keeper.memory().wakeAt ?? undefined,
    run() {
      keeper.remember({ wakeAt: null });
      awake = true;
    },
  });

  return {
    wake() {
      awake = true;
    },
    run,
    recharge() {
      if (awake || running) return { kind: 'working' };
      const open = commerce.charges.open().find(isAutomatic);
      if (!open) return { kind: 'settled' };
      if (open.step !== 'wait') return { kind: 'working' };
      return { kind: open.state === 'action_required' ? 'action_required' : 'checking', chargeId: open.id };
    },
  };
}
