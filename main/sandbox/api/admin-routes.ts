import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { parseDecimal, toDecimal } from '../../../preload/contract/money.ts';
import { secretEqual } from '../../platform/secret-equal.ts';
import { faultsSchema } from '../scenarios/faults.ts';
import { SPECIAL_NUMBERS } from '../scenarios/special-numbers.ts';
import { registerNumberAdmin } from './admin-numbers.ts';
import { registerRechargingAdmin } from './admin-recharging.ts';
import { registerAccountAdmin } from './admin-account.ts';
import type { ApiContext } from './context.ts';
import type { EventStreams } from './events.ts';
import { bearerToken } from './guard.ts';
import { parsePart } from './parse.ts';
import { Refusal } from './refusal.ts';

/** What the SIP side lets tests do to it. */
export interface SipControl {
  /** Cuts every WebSocket connection. */
  dropConnections(): void;
}

const micros = z.string().transform((text, context) => {
  const amount = parseDecimal(text);
  if (amount !== undefined) return amount;
  context.addIssue({ code: 'custom', message: 'Not a decimal amount' });
  return z.NEVER;
});
const adjustmentSchema = z.strictObject({ amount: micros, description: z.string().min(1).max(256) });
const correctionSchema = z.strictObject({ usage_id: z.string(), amount: micros });
/** Where the ledger's clock goes: to a moment (UTC ms), or so far ahead of where it is. */
const clockSchema = z.union([
  z.strictObject({ now: z.int().min(0) }),
  z.strictObject({
    advance_ms: z
      .int()
      .min(1000)
      .max(20 * 366 * 86_400_000),
  }),
]);

function requireAdmin(context: ApiContext, request: FastifyRequest): void {
  if (!secretEqual(bearerToken(request), context.adminKey)) throw new Refusal('invalid_token');
}

/** State of the books as tests compare it: amounts are decimal text. */
function state(context: ApiContext, streams: EventStreams) {
  const { ledger } = context;
  const report = ledger.journal.check();
  return {
    profile: ledger.profile.id,
    now: ledger.clock.now(),
    balance: toDecimal(ledger.journal.balance()),
    frozen: ledger.db.prepare('SELECT frozen FROM account').pluck().get() === 1,
    usage_rows: ledger.db.prepare('SELECT count(*) FROM usage').pluck().get(),
    invariant: {
      holds: report.holds,
      opening: toDecimal(report.opening),
      sum_of_postings: toDecimal(report.sumOfPostings),
      sum_of_usage: toDecimal(report.sumOfUsage),
      closing: toDecimal(report.closing),
    },
    live_legs: ledger.db
      .prepare(
        'SELECT id, sip_call_id, leg, direction, emergency, started_at, answered_at FROM legs WHERE ended_at IS NULL',
      )
      .all(),
    devices: ledger.db.prepare('SELECT count(*) FROM devices').pluck().get(),
    event_streams: streams.count(),
    special_numbers: SPECIAL_NUMBERS,
  };
}

/** /sandbox/…: bad days on request and a look at the books, for whoever holds the admin key (scenarios/faults.ts). */
export function registerAdmin(
  app: FastifyInstance,
  context: ApiContext,
  streams: EventStreams,
  sip: () => SipControl | undefined,
): void {
  const { ledger, faults } = context;
  app.register(
    async (admin) => {
      admin.addHook('onRequest', async (request) => requireAdmin(context, request));

      admin.get('/state', async () => state(context, streams));
      admin.get('/faults', async () => faults.current());
      admin.put('/faults', async (request) => {
        faults.set(parsePart(faultsSchema, request.body));
        if (faults.current().refuseEvents) streams.drop();
        return faults.current();
      });
      admin.delete('/faults', async () => {
        faults.clear();
        return faults.current();
      });
      admin.delete('/streams', async () => {
        streams.drop();
        return {};
      });
      admin.delete('/sip/connections', async () => {
        sip()?.dropConnections();
        return {};
      });
      admin.post('/adjustments', async (request) => {
        const { amount, description } = parsePart(adjustmentSchema, request.body);
        return ledger.write(() => {
          const now = ledger.clock.now();
          const id = ledger.journal.post({ kind: 'adjustment', priceState: 'priced', amount, description }, now);
          ledger.outbox.append('usage.upserted', now, { usageId: id });
          ledger.outbox.append('balance.updated', now);
          return { usage_id: id, balance: toDecimal(ledger.journal.balance()) };
        });
      });
      admin.post('/corrections', async (request) => {
        const { usage_id: id, amount } = parsePart(correctionSchema, request.body);
        return ledger.write(() => {
          const now = ledger.clock.now();
          ledger.journal.correct(id, amount, now);
          ledger.outbox.append('usage.upserted', now, { usageId: id });
          ledger.outbox.append('balance.updated', now);
          return { balance: toDecimal(ledger.journal.balance()) };
        });
      });
      registerNumberAdmin(admin, context);
      registerRechargingAdmin(admin, context);
      admin.get('/mails', async () => ({ data: context.services.userSettings.mails(100) }));
      admin.get('/clock', async () => ({ now: ledger.clock.now(), agenda_jobs_run: 0 }));
      admin.put('/clock', async (request) => {
        const asked = parsePart(clockSchema, request.body);
        const now = 'now' in asked ? asked.now : ledger.clock.target() + asked.advance_ms;
        if (now < ledger.clock.target()) {
          throw new Refusal('out_of_range', { detail: 'The clock of the books only goes forward' });
        }
        ledger.write(() => ledger.clock.travelTo(now));
        const jobs = ledger.agenda.runDue();
        ledger.write(() => ledger.outbox.append('balance.updated', ledger.clock.now()));
        return { now: ledger.clock.now(), agenda_jobs_run: jobs };
      });
      registerAccountAdmin(admin, context);
    },
    { prefix: '/sandbox' },
  );
}
