import type { LegMedia, SipDevice } from '../ports.ts';
import type { Flow } from './flow.ts';
import type { BookedLeg, EndCause } from './legs.ts';
import { tagOf, type SipMessage } from './message/message.ts';

/** One side of a dialog as the proxy knows it. `device` null: our own agent. */
export interface Party {
  flow: Flow | null;
  readonly device: SipDevice | null;
  readonly instanceId: string | null;
  readonly regId: number | null;
  readonly tag: string;
  /** Its remote target: where requests to it are addressed. */
  contact: string;
  /** The highest CSeq it has sent in this dialog; 0 for none. */
  cseq: number;
  /** Cancels the end of a party that has lost its socket and not spoken since. */
  stopLossTimer: (() => void) | null;
}

export type Side = 'caller' | 'callee';

/** A dialog through the proxy (RFC 3261 section 12), with both ends. */
export interface Dialog {
  readonly call: Call;
  readonly caller: Party;
  readonly callee: Party;
  /** From and To URIs of the INVITE. */
  readonly callerAor: string;
  readonly calleeAor: string;
  readonly inviteCSeq: number;
  state: 'early' | 'confirmed' | 'ended';
  acknowledged: boolean;
  stopAckTimer: (() => void) | null;
}

export interface LiveCall {
  readonly sipCallId: string;
  readonly legIds: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly state: 'ringing' | 'answered';
  readonly startedAtMs: number;
  readonly answeredAtMs: number | null;
}

/** One call: its legs in the books and its dialogs (several while it forks). */
export class Call {
  readonly sipCallId: string;
  readonly from: string;
  readonly to: string;
  readonly emergency: boolean;
  readonly startedAtMs: number;
  readonly legs: BookedLeg[] = [];
  readonly dialogs = new Map<string, Dialog>();
  answeredAtMs: number | null = null;
  ended = false;
  #media: LegMedia | undefined;
  /** Ends the call while it is being set up; null once it was answered. */
  abort: ((status: number, cause: EndCause, text: string) => void) | null = null;

  constructor(about: { sipCallId: string; from: string; to: string; emergency: boolean; startedAtMs: number }) {
    this.sipCallId = about.sipCallId;
    this.from = about.from;
    this.to = about.to;
    this.emergency = about.emergency;
    this.startedAtMs = about.startedAtMs;
  }

  /** The first 2xx: the meters start. */
  answered(nowMs: number, media?: LegMedia): void {
    if (this.answeredAtMs !== null) return;
    this.answeredAtMs = nowMs;
    this.abort = null;
    this.#media = media;
    for (const leg of this.legs) leg.answered(media);
  }

  /** A later offer was answered; the books hear only of what is different. */
  carries(media: LegMedia | undefined): void {
    if (!media || (this.#media?.media === media.media && this.#media.codec === media.codec)) return;
    this.#media = media;
    for (const leg of this.legs) leg.mediaChanged(media);
  }

  /** Ends every leg in the books; safe to call again. */
  finish(sipCode: number | null, cause: EndCause): void {
    this.ended = true;
    this.abort = null;
    for (const leg of this.legs) leg.end(sipCode, cause);
  }

  get liveDialogs(): Dialog[] {
    return [...this.dialogs.values()].filter((dialog) => dialog.state !== 'ended');
  }

  describe(): LiveCall {
    return {
      sipCallId: this.sipCallId,
      legIds: this.legs.map((leg) => leg.legId),
      from: this.from,
      to: this.to,
      state: this.answeredAtMs === null ? 'ringing' : 'answered',
      startedAtMs: this.startedAtMs,
      answeredAtMs: this.answeredAtMs,
    };
  }
}

/** Every call and dialog that is alive, and those whose last BYE is under way. */
export class CallTable {
  readonly #calls = new Map<string, Call[]>();

  add(call: Call): void {
    const rows = this.#calls.get(call.sipCallId) ?? [];
    rows.push(call);
    this.#calls.set(call.sipCallId, rows);
  }

  remove(call: Call): void {
    const rows = (this.#calls.get(call.sipCallId) ?? []).filter((row) => row !== call);
    if (rows.length === 0) this.#calls.delete(call.sipCallId);
    else this.#calls.set(call.sipCallId, rows);
  }

  *all(): Generator<Call> {
    for (const rows of this.#calls.values()) yield* rows;
  }

  *dialogs(): Generator<Dialog> {
    for (const call of this.all()) yield* call.dialogs.values();
  }

  live(): LiveCall[] {
    return [...this.all()].filter((call) => !call.ended).map((call) => call.describe());
  }

  byLeg(legId: string): Call | undefined {
    return [...this.all()].find((call) => !call.ended && call.legs.some((leg) => leg.legId === legId));
  }

  /** The dialog a request belongs to and who sent it (RFC 3261 section 12.2.2). */
  match(request: SipMessage): { readonly dialog: Dialog; readonly sender: Side } | undefined {
    const [from, to] = [tagOf(request.headers.get('from')), tagOf(request.headers.get('to'))];
    for (const call of this.#calls.get(request.headers.get('call-id') ?? '') ?? []) {
      for (const dialog of call.dialogs.values()) {
        if (dialog.caller.tag === from && dialog.callee.tag === to) return { dialog, sender: 'caller' };
        if (dialog.callee.tag === from && dialog.caller.tag === to) return { dialog, sender: 'callee' };
      }
    }
    return undefined;
  }

  clear(): void {
    this.#calls.clear();
  }
}
