import { randomUUID } from 'node:crypto';
import type { QuoteKind, QuoteRequest } from '../../../provider/api/resources/commerce.ts';
import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';
import type { Draft, Offer } from './offer.ts';
import type { PricedLine, PricingRules } from './pricing.ts';
import { priceHash, priceLines } from './pricing.ts';

/** A quote is binding so long, on the ledger's clock. */
export const QUOTE_LASTS_MS = 15 * 60_000;

/** A price somebody was told (EXT-01). */
export interface Quote {
  readonly id: string;
  readonly userId: string;
  readonly kind: QuoteKind;
  readonly request: QuoteRequest;
  readonly draft: Draft;
  readonly lines: readonly PricedLine[];
  readonly priceHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** What a request costs now. */
export type Price = Pick<Quote, 'draft' | 'lines' | 'priceHash'>;

interface Row {
  readonly request: string;
  readonly draft: string;
  readonly lines: string;
}

export interface QuoteStore {
  price(offer: Offer<QuoteKind>, request: QuoteRequest, buyer: User): Price;
  /** Keeps a price as a quote of that person. MUST run in a transaction. */
  keep(buyer: User, request: QuoteRequest, price: Price): Quote;
  byId(id: string): Quote | undefined;
}

const COLUMNS = `id, user_id AS userId, kind, request, draft, lines, price_hash AS priceHash, created_at AS createdAt,
  expires_at AS expiresAt`;

export function createQuoteStore(ledger: Ledger, rules: PricingRules): QuoteStore {
  const { db, clock, profile } = ledger;
  const insert = db.prepare(`
    INSERT INTO quotes (id, user_id, kind, request, draft, lines, price_hash, created_at, expires_at)
    VALUES (@id, @userId, @kind, @request, @draft, @lines, @priceHash, @createdAt, @expiresAt)`);
  const byId = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM quotes WHERE id = ?`);
  return {
    price(offer, request, buyer) {
      const draft = offer.price(request, buyer, clock.now());
      const lines = priceLines(draft, rules);
      return { draft, lines, priceHash: priceHash(lines, profile.account.currency) };
    },
    keep(buyer, request, price) {
      const now = clock.now();
      const quote: Quote = {
        ...price,
        id: `quo_${randomUUID().replaceAll('-', '')}`,
        userId: buyer.id,
        kind: request.kind,
        request,
        createdAt: now,
        expiresAt: now + QUOTE_LASTS_MS,
      };
      insert.run({
        ...quote,
        request: JSON.stringify(quote.request),
        draft: JSON.stringify(quote.draft),
        lines: JSON.stringify(quote.lines),
      });
      return quote;
    },
    byId(id) {
      const row = byId.get(id);
      if (!row) return undefined;
      return {
        ...(row as unknown as Quote),
        request: JSON.parse(row.request) as QuoteRequest,
        draft: JSON.parse(row.draft) as Draft,
        lines: JSON.parse(row.lines) as PricedLine[],
      };
    },
  };
}
