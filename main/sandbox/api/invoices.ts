import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { toDecimal } from '../../../preload/contract/money.ts';
import { secretEqual } from '../../platform/secret-equal.ts';
import type { listQuery } from '../../provider/api/primitives.ts';
import type { invoiceSchema } from '../../provider/api/resources/statements.ts';
import { textPdf } from '../ledger/plan/pdf.ts';
import type { PdfLine } from '../ledger/plan/pdf.ts';
import type { Statement } from '../ledger/plan/statement-store.ts';
import type { ApiContext } from './context.ts';
import { pageOf } from './pages.ts';
import { parsePart } from './parse.ts';
import { Refusal } from './refusal.ts';
import { wireStatementSummary } from './wire-statements.ts';
import { money, timestamp } from './wire.ts';

const linkSchema = z.object({ expires: z.string().default(''), signature: z.string().default('') });

/** How long an address of a document opens: long enough for a click, in real time. */
const LINK_LASTS_MS = 10 * 60_000;
/** Of this process: a restart ends every address given out. */
const LINK_KEY = randomBytes(32);

const sign = (id: string, expires: string): string =>
  createHmac('sha256', LINK_KEY).update(`${id}\n${expires}`).digest('base64url');

function pdfUrl(context: ApiContext, id: string): string {
  const expires = String(context.clock.now() + LINK_LASTS_MS);
  return `${context.origin()}/documents/${id}.pdf?expires=${expires}&signature=${sign(id, expires)}`;
}

/** Invoices: each statement as a document, newest first (EXT-09). */
export function invoicePage(context: ApiContext, query: z.output<typeof listQuery>) {
  const { ledger, services } = context;
  const { store } = services.planning.statements;
  const { currency } = ledger.profile.account;
  const wire = (statement: Statement): z.output<typeof invoiceSchema> => ({
    id: statement.id.replace(/^stm_/, 'inv_'),
    statement_id: statement.id,
    period: wireStatementSummary(statement, currency).period,
    issued_at: timestamp(statement.issuedAt),
    total: money(statement.total, currency),
    paid: statement.state === 'paid',
    pdf_url: pdfUrl(context, statement.id),
  });
  return pageOf(
    context,
    { list: 'invoices', query, start: [Number.MAX_SAFE_INTEGER] },
    ([to], limit) => store.before(Number(to), limit),
    (row) => [row.to],
    wire,
    store.count(),
  );
}

function invoiceLines(context: ApiContext, statement: Statement): readonly PdfLine[] {
  const { ledger, services } = context;
  const { account, providerName } = ledger.profile;
  const { store } = services.planning.statements;
  const { period } = wireStatementSummary(statement, account.currency);
  const payments = store.payments(statement.id);
  return [
    { left: providerName, bold: true },
    { left: `Invoice ${statement.id.replace(/^stm_/, 'inv_')}`, right: account.name },
    { left: `Period ${period.first_day} to ${period.last_day} (${period.time_zone})` },
    { left: '' },
    ...store.rows(statement.id).map((row) => ({
      left: `${row.description}${row.kind === 'item' ? `, ${row.quantity} x ${toDecimal(row.unitPrice)}` : ''}`.slice(
        0,
        70,
      ),
      right: toDecimal(row.amount),
    })),
    { left: '' },
    { left: `Total, ${account.currency}`, right: toDecimal(statement.total), bold: true },
    { left: statement.state === 'paid' ? 'Paid' : `Due ${timestamp(statement.dueAt).slice(0, 10)}` },
    ...(payments.length === 0
      ? []
      : [{ left: '' }, { left: 'Added to the prepaid balance, not part of the total', bold: true }]),
    ...payments.map((payment) => ({
      left: `${timestamp(payment.at).slice(0, 10)} ${payment.description}`.slice(0, 70),
      right: toDecimal(payment.amount),
    })),
    { left: '' },
    { left: 'From a sandbox: nothing was sold and nothing is owed.' },
  ];
}

/** GET /documents/{statement}.pdf: opens with the signed address of an invoice and no token. */
export function registerDocuments(app: FastifyInstance, context: ApiContext): void {
  app.get('/documents/:file', async (request, reply) => {
    const { file } = request.params as { readonly file: string };
    const { expires, signature } = parsePart(linkSchema, request.query);
    const id = file.replace(/\.pdf$/, '');
    const statement = secretEqual(signature, sign(id, expires))
      ? context.services.planning.statements.store.byId(id)
      : undefined;
    if (!statement || !(Number(expires) > context.clock.now())) throw new Refusal('not_found');
    const pdf = textPdf(`Invoice ${id}`, invoiceLines(context, statement));
    return reply
      .header('content-disposition', `inline; filename="${id.replace(/^stm_/, 'invoice-')}.pdf"`)
      .type('application/pdf')
      .send(pdf);
  });
}
