import type { Micros } from '../../../../preload/contract/money.ts';
import { toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import { mayDo } from '../../../../preload/contract/roles.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Audit } from '../audit/audit.ts';
import type { Charge } from '../commerce/charges.ts';
import { creditOf } from '../commerce/charges.ts';
import type { Ledger } from '../ledger.ts';
import type { People } from '../people.ts';
import type { Recharge, TopUpNotice, TopUpTeller } from '../topup/ports.ts';
import type { MeteredSpend } from '../topup/spend.ts';
import type { AlertLevel, AlertRules, Mark } from './machine.ts';
import { alertLevel, edges, marksUnder, nameOf } from './machine.ts';
import type { AlertMemory } from './memory.ts';
import { keepMemory, readMemory } from './memory.ts';
import type { Reason } from './reasons.ts';
import { alertText } from './reasons.ts';
import type { AlertRecords } from './records.ts';
import { createAlertRecords } from './records.ts';
import type { AlertSettings } from './settings.ts';
import { alertSettings, checkAlertSettings, putAlertSettings } from './settings.ts';
import { createSpendWatch } from './spend-watch.ts';

/** Tells people how the balance stands: F-14, F-15, POL-14, EXT-11. */
export interface Alerts extends TopUpTeller {
  readonly records: AlertRecords;
  level(): AlertLevel;
  settings(): AlertSettings;
  /** In the caller's transaction. Throws out_of_range. */
  change(settings: AlertSettings, userId: string): void;
  /** This person has seen it. In the caller's transaction. Throws not_found. */
  acknowledge(alertId: string, userId: string): void;
  /** Looks at once, and after every commit from now on; after automatic top-up does. */
  follow(): void;
}

export interface AlertsParts {
  readonly people: People;
  readonly audit: Audit;
  readonly spend: MeteredSpend;
  readonly recharge: () => Recharge;
}

/** The rules in force: the levels as last set, compared as the provider does. */
export function alertRules(ledger: Pick<Ledger, 'settings' | 'profile'>): AlertRules {
  return { levels: alertSettings(ledger).levels, comparator: ledger.profile.policy.alerts.comparator };
}

function reasonOf(mark: Mark): Reason {
  if (mark.kind === 'below') return { kind: 'negative' };
  return mark.level === 0 ? { kind: 'zero' } : { kind: 'low', level: mark.level };
}

export function createAlerts(ledger: Ledger, parts: AlertsParts): Alerts {
  const { db, journal, clock, outbox, profile } = ledger;
  const { people, audit, spend, recharge } = parts;
  const { repeatEveryMs, suppressedByTopUp } = profile.policy.alerts;
  const { account } = profile;
  const records = createAlertRecords(ledger);
  const watch = createSpendWatch(ledger);
  let awake = true;

  const memory = (): AlertMemory => readMemory(ledger);
  const remember = (next: AlertMemory): void => keepMemory(ledger, next);

  function recipients(): readonly string[] {
    return people
      .users()
      .filter((user) => mayDo(user, 'billing.manage'))
      .map((user) => user.email);
  }

  function send(alertId: string, text: string, reasons: readonly Reason[], at: number): void {
    const { channels, smsTo, webhookUrl } = alertSettings(ledger);
    const message = { kind: 'alert' as const, alertId, chargeId: null, body: text, at };
    if (channels.includes('mail')) {
      for (const recipient of recipients()) records.send({ ...message, channel: 'mail', recipient });
    }
    if (channels.includes('sms') && smsTo !== null) records.send({ ...message, channel: 'sms', recipient: smsTo });
    if (channels.includes('webhook') && webhookUrl !== null) {
      const body = JSON.stringify({ alert_id: alertId, reasons: reasons.map(({ kind }) => kind), text });
      records.send({ ...message, channel: 'webhook', recipient: webhookUrl, body });
    }
  }

  function raise(reasons: readonly Reason[], repeated: boolean): void {
    const at = clock.now();
    const balance = journal.balance();
    // TOP-17: how fast it goes matters when no help is coming.
    const burnPerHour = reasons.some((each) => each.kind === 'top_up_declined') ? spend.perHour(at) : null;
    const text = alertText(reasons, { currency: account.currency, timeZone: account.timeZone, balance, burnPerHour });
    const id = records.add({ at, repeated, reasons, balance, burnPerHour, text });
    outbox.append('alert.raised', at, { subject: id });
    send(id, text, reasons, at);
  }

  /** What a recharge that is not known to have worked adds to the words. */
  function rechargeReason(state: Recharge): readonly Reason[] {
    if (state.kind === 'checking') return [{ kind: 'top_up_checking', chargeId: state.chargeId }];
    if (state.kind === 'action_required') return [{ kind: 'top_up_action_required', chargeId: state.chargeId }];
    return [];
  }

  interface Finding {
    readonly reasons: readonly Reason[];
    readonly next: AlertMemory;
  }

  function find(state: Recharge): Finding {
    const now = clock.now();
    const before = memory();
    const { crossed, fired } = edges(alertRules(ledger), journal.balance(), before.fired);
    const { hourlySpend, dailySpend } = alertSettings(ledger);
    const spent = watch.look({ hourlySpend, dailySpend }, before, now);
    const { pending } = before;
    const told = new Set(pending.map((each) => each.kind));
    const about = crossed.length > 0 ? rechargeReason(state).filter((each) => !told.has(each.kind)) : [];
    const reasons = [...crossed.map(reasonOf), ...pending, ...about, ...spent.reasons];
    const ofBalance = crossed.length > 0 ? now : before.lastNoticeAt;
    const { spendHour, spendDay } = spent;
    const lastNoticeAt = fired.length === 0 ? null : ofBalance;
    return { reasons, next: { fired: [...fired], pending: [], lastNoticeAt, spendHour, spendDay } };
  }

  /** In a transaction. */
  function act(state: Recharge): void {
    const before = memory();
    const { reasons, next } = find(state);
    if (reasons.length > 0) raise(reasons, false);
    if (next.fired.length === 0 && before.fired.length > 0 && records.resolve(clock.now())) {
      outbox.append('alerts.updated', clock.now());
    }
    remember(next);
  }

  function run(): void {
    if (!awake || db.inTransaction) return;
    const state = recharge();
    // F-15: a moment later it is known whether there is anything to tell.
    if (suppressedByTopUp && state.kind === 'working') return;
    awake = false;
    try {
      const { reasons, next } = find(state);
      const isSame = JSON.stringify(next) === JSON.stringify(memory());
      if (reasons.length > 0 || !isSame) ledger.write(() => act(state));
    } catch (fault) {
      awake = true;
      throw fault;
    }
  }

  journal.onPosting(() => {
    awake = true;
  });
  ledger.agenda.add({
    name: 'reminders of the balance',
    nextAt() {
      const { fired, lastNoticeAt } = memory();
      if (repeatEveryMs === null || lastNoticeAt === null || fired.length === 0) return undefined;
      return lastNoticeAt + repeatEveryMs;
    },
    run(at) {
      const now = memory();
      const marks = marksUnder(alertRules(ledger), journal.balance());
      remember({ ...now, lastNoticeAt: at });
      if (marks.length > 0) raise(marks.map(reasonOf), true);
    },
  });

  return {
    records,
    level: () => alertLevel(alertRules(ledger), journal.balance()),
    settings: () => alertSettings(ledger),
    change(settings, userId) {
      checkAlertSettings(settings);
      const before = alertSettings(ledger);
      putAlertSettings(ledger, { ...settings, levels: settings.levels.toSorted((left, right) => right - left) });
      // A level the balance is under already was not crossed: whoever sets it sees it.
      const fired = marksUnder(alertRules(ledger), journal.balance()).map(nameOf);
      remember({ ...memory(), fired });
      audit.write({ id: userId }, 'alerts.changed', before, settings);
      const now = clock.now();
      for (const kind of ['alerts.updated', 'policy.updated', 'balance.updated'] as const) outbox.append(kind, now);
    },
    acknowledge(alertId, userId) {
      const alert = records.byId(alertId, userId);
      if (!alert) throw new Refusal('not_found', { detail: 'No such alert' });
      if (alert.seenAt !== null) return;
      records.see(alertId, userId, clock.now());
      outbox.append('alerts.updated', clock.now());
    },
    notice(notice: TopUpNotice) {
      const now = memory();
      remember({ ...now, pending: [...now.pending, notice] });
      awake = true;
    },
    receipt(charge: Charge) {
      const at = clock.now();
      const amount: Micros = creditOf(charge);
      const body = `${charge.description}: ${toDecimal(toMicros(amount))} ${account.currency} were added to the balance.`;
      for (const recipient of recipients()) {
        records.send({ kind: 'receipt', alertId: null, chargeId: charge.id, channel: 'mail', recipient, body, at });
      }
      const isFine = marksUnder(alertRules(ledger), journal.balance()).length === 0;
      if (isFine && records.resolve(at)) outbox.append('alerts.updated', at);
    },
    follow() {
      ledger.onWrite(run);
      run();
    },
  };
}
