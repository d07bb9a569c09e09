import type { PhoneRefusal } from '../../preload/contract/command-outcome.ts';
import type { CallView, PhoneCommand, PhoneCredentials, PhoneMirror, Policy } from '../../preload/contract/models.ts';

/** What the phone must know beside its credentials. Changing it applies to the next call. */
export interface PhoneOptions {
  readonly emergencyNumbers: readonly string[];
  readonly media: Policy['media'];
  /** E.180 tones are chosen by it. */
  readonly countryCode: string;
  readonly microphoneId: string | null;
  readonly speakerId: string | null;
  readonly ringerId: string | null;
  /** 0 to 100 */
  readonly ringerVolume: number;
}

/** Why a command was not carried out: the contract's own words, so that they reach every window. */
export type Refusal = PhoneRefusal;

/** Milestones of one call in performance.now() ms of the window; for diagnostics and the bench. */
export interface CallTimings {
  readonly callId: string;
  readonly dialAt: number;
  readonly inviteSentAt: number | null;
  readonly answeredAt: number | null;
  readonly firstAudioAt: number | null;
}

/**
 * The telephone, as the rest of the window sees it. One instance, outside React, alive while this window holds the
 * phone lease. It MUST keep at most one INVITE per command, MUST release microphone, sockets, contexts and peer
 * connections of a call when it ends, and MUST let an emergency call pass every check it makes (F-04).
 */
export interface Phone {
  /** Registers; safe to call again with new credentials while idle. */
  start(credentials: PhoneCredentials, options: PhoneOptions): void;
  setOptions(options: PhoneOptions): void;
  /** Carries a command out or says why not. The result of a dial carries the new call's id. */
  send(
    command: PhoneCommand,
  ): { readonly ok: true; readonly callId: string } | { readonly ok: false; readonly refusal: Refusal };
  snapshot(): PhoneMirror;
  timings(): readonly CallTimings[];
  /** Called after every change, with the whole state. Returns the way to stop. */
  subscribe(listener: (state: PhoneMirror) => void): () => void;
  /** Called at start, answer and end of each call; what history is written from. */
  onCallStep(listener: (call: CallView, sipCallId: string | null) => void): () => void;
  /**
   * A hint: the machine woke, or the network came back. May come often and for nothing; the phone asks its path, takes a
   * fresh socket only where no answer comes, and renews the media of live calls.
   */
  networkChanged(): void;
  /** Ends calls (BYE), un-registers, waits at most 2 s, releases everything. */
  stop(): Promise<void>;
}
