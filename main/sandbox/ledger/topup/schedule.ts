import { toMicros } from '../../../../preload/contract/money.ts';
import { addDays, addMonths, compareDays, dayOf, daysInMonth, isoDay, startOfDay } from '../calendar.ts';
import { creditLine } from '../commerce/credit-line.ts';
import type { Keeper, KeeperParts } from './keeper.ts';
import type { TopUpTeller } from './ports.ts';
import { cappedUntil, oldestThatCounts } from './rules.ts';

interface Parts extends KeeperParts {
  readonly keeper: Keeper;
  readonly teller: TopUpTeller;
}

/** The first moment of the next such day of a month after that moment; a month without it has it on its last day. */
export function nextScheduled(dayOfMonth: number, after: number, zone: string): number {
  const tomorrow = addDays(dayOf(after, zone), 1);
  const inMonth = { ...tomorrow, day: Math.min(dayOfMonth, daysInMonth(tomorrow)) };
  const day =
    compareDays(inMonth, tomorrow) >= 0 ? inMonth : addMonths(inMonth, 1, { clamp: 'anchored', anchorDay: dayOfMonth });
  return startOfDay(day, zone);
}

/** EXT-16: an addition on a day of the month, whatever the balance. The caps hold for it too; a skipped one is told. */
export function addScheduleJob(parts: Parts): void {
  const { ledger, rules, commerce, document, tries, keeper, teller } = parts;
  const zone = (): string => ledger.profile.account.timeZone;

  function charge(at: number): void {
    const settings = document.get();
    if (!settings.schedule) return;
    const { amount } = settings.schedule;
    const recent = tries.since(oldestThatCounts(rules, at, zone()));
    const capped = cappedUntil(rules, settings, amount, recent, at, zone());
    if (capped) return teller.notice({ kind: 'top_up_capped', ...capped });
    commerce.automaticCharge({
      origin: 'scheduled',
      kind: 'top_up',
      key: `scheduled:${isoDay(dayOf(at, zone()))}`,
      description: 'Scheduled top-up',
      lines: [creditLine(ledger, toMicros(amount))],
      paymentMethodId: settings.methodId,
    });
  }

  ledger.agenda.add({
    name: 'scheduled top-up',
    nextAt() {
      const { schedule } = document.get();
      const { scheduledFrom } = keeper.memory();
      if (!schedule || scheduledFrom === null) return undefined;
      return nextScheduled(schedule.dayOfMonth, scheduledFrom, zone());
    },
    run(at) {
      keeper.remember({ scheduledFrom: at });
      charge(at);
    },
  });
}
