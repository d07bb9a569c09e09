import type { Books, LegMedia, LegRequest } from '../ports.ts';
import type { SipLog } from './log.ts';

/** Why a leg ended, as the books get it. */
export type EndCause =
  | 'caller_hung_up'
  | 'callee_hung_up'
  | 'cancelled'
  | 'busy'
  | 'rejected'
  | 'no_answer'
  | 'unreachable'
  | 'refused'
  | 'failed'
  | 'cut'
  | 'no_ack'
  | 'connection_lost'
  | 'shutdown';

/** The cause behind a final response to an INVITE. */
export function causeOf(status: number): EndCause {
  if (status === 486 || status === 600) return 'busy';
  if (status === 603) return 'rejected';
  if (status === 487) return 'cancelled';
  if (status === 408) return 'no_answer';
  if (status === 404 || status === 480 || status === 430) return 'unreachable';
  return status === 402 || status === 403 ? 'refused' : 'failed';
}

/** One admitted leg. Whatever happens around it, the books hear of its answer at most once and of its end exactly once. */
export class BookedLeg {
  readonly legId: string;
  readonly leg: LegRequest['leg'];
  readonly #books: Books;
  readonly #log: SipLog;
  #state: 'admitted' | 'answered' | 'ended' = 'admitted';

  constructor(books: Books, log: SipLog, legId: string, leg: LegRequest['leg']) {
    this.#books = books;
    this.#log = log;
    this.legId = legId;
    this.leg = leg;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  answered(media?: LegMedia): void {
    if (this.#state !== 'admitted') return;
    this.#state = 'answered';
    this.#tell('answered', () => this.#books.answered(this.legId, media));
  }

  mediaChanged(media: LegMedia): void {
    if (this.#state === 'answered') this.#tell('media', () => this.#books.mediaChanged(this.legId, media));
  }

  /** `sipCode` is the final response the INVITE of this leg got; 200 for a leg that was answered. */
  end(sipCode: number | null, cause: EndCause): void {
    if (this.#state === 'ended') return;
    const wasAnswered = this.#state === 'answered';
    this.#state = 'ended';
    this.#tell('ended', () => this.#books.ended(this.legId, { sipCode: wasAnswered ? 200 : sipCode, cause }));
  }

  /** A fault of the books must not take the calls of others down. */
  #tell(step: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#log('error', 'sip.books_failed', {
        step,
        leg: this.legId,
        error: error instanceof Error ? error.message : 'unknown',
      });
    }
  }
}

export type Booking =
  | { readonly kind: 'booked'; readonly leg: BookedLeg | null }
  | { readonly kind: 'refused'; readonly sipCode: number; readonly reason: string; readonly q850Cause?: number };

/**
 * Asks the books for a leg. An emergency leg goes on whatever they say (F-04): refused or broken books leave it without a
 * row, never without its call.
 */
export function bookLeg(books: Books, log: SipLog, request: LegRequest): Booking {
  try {
    const admission = books.admit(request);
    if (admission.kind === 'admitted')
      return { kind: 'booked', leg: new BookedLeg(books, log, admission.legId, request.leg) };
    if (!request.emergency) return admission;
    log('error', 'sip.emergency_refused_by_books', { sipCode: admission.sipCode });
  } catch (error) {
    log('error', 'sip.books_failed', { step: 'admit', error: error instanceof Error ? error.message : 'unknown' });
    if (!request.emergency) return { kind: 'refused', sipCode: 503, reason: 'The books do not answer' };
  }
  return { kind: 'booked', leg: null };
}
