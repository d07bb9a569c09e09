import type { PhoneCredentials, Registration } from '../../preload/contract/models.ts';
import type { ReasonId } from './reason-ids.ts';

/** Why a call is over, already in our words. `sipReason` is the sender's claim, cleaned, never verified. */
export interface CallEnd {
  readonly reason: ReasonId;
  readonly sipCode: number | null;
  readonly sipReason: string | null;
}

/** What a call's signalling tells its owner. Every call ends in exactly one `ended`. */
export interface SipCallListener {
  /** The connection exists and nothing was offered yet. */
  peerConnection(connection: RTCPeerConnection): void;
  /** Just before the local description is made: the last moment to add or turn an audio transceiver. */
  beforeDescription(): void;
  /** The local description is final and leaves. */
  described(): void;
  /** The first INVITE left the socket; performance.now(). */
  inviteSent(atMs: number): void;
  /** Any provisional response: somebody has the INVITE. */
  trying(): void;
  ringing(): void;
  earlyMedia(): void;
  answered(): void;
  /** The dialog is complete both ways (ACK sent or received). */
  confirmed(): void;
  heldByPeer(held: boolean): void;
  ended(end: CallEnd): void;
}

/** How a call is to be ended; which one is right follows from its state. */
export type Ending = 'cancel' | 'decline' | 'busy' | 'bye';

/** One call's signalling. No method throws; what cannot be done ends in `ended` or in `done(false)`. */
export interface SipCall {
  readonly sipCallId: string | null;
  answer(configuration: RTCConfiguration): void;
  end(how: Ending): void;
  /** Puts the call on hold or takes it back. `done(false)`: the peer or the path refused; the call goes on. */
  hold(on: boolean, done: (taken: boolean) => void): void;
  /** Offers again, with new ICE credentials when `iceRestart`. A refusal never ends the call. */
  reoffer(iceRestart: boolean): void;
  setMuted(muted: boolean): void;
}

/** An INVITE that just arrived. It must be taken or ended before the callback returns. */
export interface IncomingCall {
  readonly sipCallId: string | null;
  readonly caller: string;
  readonly callerName: string | null;
  readonly calledNumber: string | null;
  take(listener: SipCallListener): SipCall;
  refuse(how: 'busy' | 'decline'): void;
}

export interface SipLineListener {
  changed(): void;
  /** A socket is open; nothing is registered on it yet. */
  connected(): void;
  /** Registered on this socket for the first time. */
  registered(): void;
  disconnected(): void;
  /** The path was doubted, and the socket there is still reaches the server. */
  pathHeld(): void;
  /** Asked before a socket is replaced: true while that would end a call that is being set up. */
  isCallBeingSetUp(): boolean;
  incoming(call: IncomingCall): void;
}

export interface DialRequest {
  readonly requestUri: string;
  /** The own number to show, asked for by P-Preferred-Identity (RFC 3325); null leaves it to the provider. */
  readonly ownNumber: string | null;
  readonly configuration: RTCConfiguration;
}

/** One registered line. Reconnects and re-registers by itself until `stop`. */
export interface SipLine {
  readonly registration: Registration;
  readonly isConnected: boolean;
  dial(request: DialRequest, listener: SipCallListener): SipCall;
  /** Ends a back-off wait: somebody needs the path now. */
  retryNow(): void;
  /** The path may be gone: asks the server, and takes a fresh socket only where no answer comes. */
  checkPath(): void;
  /** Un-registers and closes; resolves when done, at most 2 s later. */
  stop(): Promise<void>;
}

export type SipLineFactory = (credentials: PhoneCredentials, listener: SipLineListener) => SipLine;
