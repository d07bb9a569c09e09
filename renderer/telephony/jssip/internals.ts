/* oxlint-disable no-underscore-dangle -- these are JsSIP's names */
import type { RTCSession } from 'jssip/lib/RTCSession.js';

/**
 * What of JsSIP 3.13.8's privates the work-arounds touch, all in this file, so that a new version is checked against one
 * list. Each function names the pitfall it is for.
 */
interface SessionInternals {
  _localHold: boolean;
  _rtcReady: boolean;
  _iceReady: boolean;
  _dialog?: KnownDialog | null;
  _connectionPromiseQueue: Promise<unknown>;
  _request?: IncomingRequestLike | null;
  _setLocalMediaStatus(): void;
  _ua: { destroyRTCSession(session: unknown): void };
}

/** A session's dialog, as far as it is touched. */
export interface KnownDialog {
  _status?: number;
  terminate(): void;
}

/** The INVITE of an incoming session. */
export interface IncomingRequestLike {
  readonly call_id?: string;
  getHeader(name: string): string | undefined;
  getHeaders(name: string): string[];
}

/** JsSIP's Dialog.C.STATUS_TERMINATED. */
const DIALOG_TERMINATED = 3;

const internalsOf = (session: RTCSession) => session as unknown as SessionInternals;

/** The Call-ID, which the typings do not show; null before there is a request. */
export function callIdOf(session: RTCSession): string | null {
  return internalsOf(session)._request?.call_id ?? null;
}

/** The dialog of a session that is up. */
export function dialogOf(session: RTCSession): KnownDialog | null {
  return internalsOf(session)._dialog ?? null;
}

/** The INVITE of an incoming session, to read headers the typings do not offer (pitfall 39). */
export function requestOf(session: RTCSession): IncomingRequestLike {
  const request = internalsOf(session)._request;
  if (!request) throw new Error('An incoming session without its INVITE');
  return request;
}

/** Makes the next restart offer wait for fresh candidates: after an early ready() it would leave without (pitfall 20). */
export function awaitFreshCandidates(session: RTCSession): void {
  internalsOf(session)._iceReady = false;
}

/**
 * Puts session and connection back to before an offer that was refused: JsSIP sets its flags in advance and leaves the
 * connection in have-local-offer (pitfalls 22, 25). `held` is what the session was before; null leaves it.
 */
export function takeBackOffer(session: RTCSession, held: boolean | null): void {
  const internals = internalsOf(session);
  if (held !== null) {
    internals._localHold = held;
    internals._setLocalMediaStatus();
  }
  internals._rtcReady = true;
  const { connection } = session;
  internals._connectionPromiseQueue = rollBack(internals._connectionPromiseQueue, connection);
}

async function rollBack(before: Promise<unknown>, connection: RTCPeerConnection): Promise<void> {
  await before.catch(() => undefined);
  if (connection.signalingState !== 'have-local-offer') return;
  await connection.setLocalDescription({ type: 'rollback' }).catch(() => undefined);
}

/**
 * Lets go of what JsSIP leaves behind when some calls fail: session and dialog stay in the UA (pitfall 35), and its
 * Dialog.isTerminated() reads a field nobody sets, so that a 491 retry is sent after the end (pitfall 24). `known` is the
 * dialog noted while the call was up: JsSIP forgets it before it says that the call is over.
 */
export function letGo(session: RTCSession, known: KnownDialog | null): void {
  const internals = internalsOf(session);
  const dialog = internals._dialog ?? known;
  if (dialog) {
    dialog._status = DIALOG_TERMINATED;
    if (session.isEnded()) dialog.terminate();
  }
  internals._ua.destroyRTCSession(session);
}
