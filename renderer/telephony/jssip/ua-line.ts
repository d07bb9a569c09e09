import JsSIP from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession.js';
import type { RTCSessionEvent } from 'jssip/lib/UA.js';
import type { PhoneCredentials, Registration } from '../../../preload/contract/models.ts';
import type { Resources } from '../media/resources.ts';
import { cleanText } from '../reasons.ts';
import type { DialRequest, IncomingCall, SipCall, SipCallListener, SipLine, SipLineListener } from '../sip-port.ts';
import type { Timer, Timers } from '../timers.ts';
import { callerOf, readIdentity } from './caller.ts';
import type { ChallengeRefusal } from './challenge.ts';
import { callIdOf, requestOf } from './internals.ts';
import { KeptSocket, type WebSocketLike } from './kept-socket.ts';
import { PathWatch } from './path-watch.ts';
import { RegistrationKeeper } from './registration-keeper.ts';
import { SessionCall, UNPLACEABLE, type CallLine } from './session-call.ts';
import { headersOf, retryAfterSec, type SipHead } from './sip-head.ts';

export interface LineParts {
  readonly timers: Timers;
  readonly resources: Resources;
  readonly random: () => number;
  readonly openWebSocket: (url: string) => WebSocketLike;
  /** Dropped messages and faults of the parser, by name only. */
  readonly report: (what: string) => void;
}

/** The network ends an unanswered call; JsSIP's own 408 after 60 s would only get in its way. */
const NO_ANSWER_SEC = 300;
/** JsSIP gives a BYE and an un-REGISTER this long before it closes the socket. */
export const STOP_WITHIN_MS = 2_000;
const REMEMBERED_CHALLENGES = 32;

/** One registered line over JsSIP: HA1 for one realm, never a password (reliability-performance.md 1.3). */
export class UaLine implements SipLine {
  readonly #credentials: PhoneCredentials;
  readonly #parts: LineParts;
  readonly #listener: SipLineListener;
  readonly #socket: KeptSocket;
  readonly #keeper: RegistrationKeeper;
  readonly #path: PathWatch;
  readonly #ua: JsSIP.UA;
  readonly #calls = new Set<SessionCall>();
  readonly #inviteListeners = new Map<string, SipCallListener>();
  readonly #challenges = new Map<string, ChallengeRefusal>();
  #registerHead: SipHead | null = null;
  #registerRefusal: ChallengeRefusal | null = null;
  #isStopping = false;

  /** Throws when JsSIP refuses the credentials' shape (a domain or user that is no URI). */
  constructor(credentials: PhoneCredentials, parts: LineParts, listener: SipLineListener) {
    this.#credentials = credentials;
    this.#parts = parts;
    this.#listener = listener;
    this.#socket = new KeptSocket({
      url: credentials.wssUrl,
      realm: credentials.realm,
      openWebSocket: parts.openWebSocket,
      timers: parts.timers,
      resources: parts.resources,
      random: parts.random,
      acceptsUri: (uri) => (JsSIP.URI.parse(uri) as unknown) instanceof JsSIP.URI,
      listener: {
        opened: () => this.#path.opened(),
        waiting: (nextAttemptAtMs) => {
          this.#path.closed();
          this.#keeper.socketLost(Math.max(0, nextAttemptAtMs - parts.timers.now()));
        },
        heard: (isKeepAlive) => this.#path.heard(isKeepAlive),
        message: (head) => this.#sawMessage(head),
        sent: (data) => this.#sawSent(data),
        challengeRefused: (head, refusal) => this.#sawRefusedChallenge(head, refusal),
        fault: parts.report,
      },
    });
    this.#keeper = new RegistrationKeeper(parts.timers, parts.random, {
      register: () => this.#ua.register(),
      bounce: () => this.#socket.bounce(),
      isCallBeingSetUp: () => listener.isCallBeingSetUp(),
      changed: () => listener.changed(),
    });
    this.#path = new PathWatch(parts.timers, {
      link: () => (this.isConnected ? 'open' : this.#socket.isConnecting() ? 'connecting' : 'waiting'),
      ping: () => this.#socket.ping(),
      register: () => this.#ua.register(),
      replace: () => this.#socket.bounce(),
      isCallBeingSetUp: () => listener.isCallBeingSetUp(),
      held: () => listener.pathHeld(),
    });
    this.#ua = new JsSIP.UA({
      sockets: [this.#socket],
      uri: `sip:${credentials.user}@${credentials.domain}`,
      authorization_user: credentials.authorizationUser,
      realm: credentials.realm,
      ha1: credentials.ha1,
      display_name: cleanText(credentials.displayName).replace(/["\\]/g, ''),
      // One stable id per install and account, or calls fork to ghosts of ourselves (pitfall 6).
      instance_id: credentials.instanceId,
      register: true,
      register_expires: credentials.registerExpiresSec,
      // Off: an unanswered refresh would end calls at 75 to 90 s (pitfall 17).
      session_timers: false,
      no_answer_timeout: NO_ANSWER_SEC,
      user_agent: 'Offhook',
    });
    this.#listen();
    this.#ua.start();
  }

  get registration(): Registration {
    return this.#keeper.view;
  }

  get isConnected(): boolean {
    return this.#socket.isConnected();
  }

  dial(request: DialRequest, listener: SipCallListener): SipCall {
    const call = new SessionCall(this.#callLine(), listener);
    try {
      const session = this.#ua.call(request.requestUri, {
        // No getUserMedia of JsSIP's: the microphone is opened beside and put in by replaceTrack (pitfalls 33, 34).
        mediaConstraints: { audio: false, video: false },
        pcConfig: request.configuration,
        extraHeaders: this.#identityHeaders(request.ownNumber),
        eventHandlers: call.handlers(),
      });
      call.bind(session, false);
      this.#calls.add(call);
      const callId = callIdOf(session);
      if (callId !== null) this.#inviteListeners.set(callId, listener);
    } catch {
      listener.ended(UNPLACEABLE);
    }
    return call;
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  checkPath(): void {
    if (!this.#isStopping) this.#path.check();
  }

  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#path.closed();
    for (const call of this.#calls) call.end(call.isEstablished ? 'bye' : 'cancel');
    let limit: Timer | null = null as Timer | null;
    const done = new Promise<void>((resolve) => {
      if (!this.#ua.isRegistered() || !this.isConnected) resolve();
      else this.#ua.on('unregistered', () => resolve());
      limit = this.#parts.timers.set(STOP_WITHIN_MS, resolve);
    });
    this.#ua.stop();
    await done;
    limit?.clear();
    this.#keeper.stop();
    this.#socket.disconnect();
    this.#ua.removeAllListeners();
  }

  #listen(): void {
    const ua = this.#ua;
    ua.on('connected', () => {
      this.#listener.connected();
      for (const call of this.#calls) call.lineConnected();
    });
    ua.on('disconnected', () => {
      // JsSIP deletes their transactions without a word: a ringing call would ring on as a ghost (pitfall 15).
      this.#listener.disconnected();
    });
    ua.on('registered', () => this.#listener.registered());
    ua.on('registrationFailed', (event) => this.#registrationFailed(event as unknown as RegistrationFailed));
    ua.on('newRTCSession', (event: RTCSessionEvent) => {
      if ((event.originator as string) === 'remote') this.#offer(event.session);
    });
    // No `registrationExpiring` listener: adding one switches the automatic refresh off (pitfall 5).
  }

  #registrationFailed(event: RegistrationFailed): void {
    // The socket's loss is the socket's business; it says when it is back.
    if (event.cause === 'Connection Error') return;
    const head = event.response ? this.#registerHead : null;
    this.#keeper.failed({
      code: event.response?.status_code ?? null,
      retryAfterSec: head ? retryAfterSec(head) : null,
      challengeRefusal: this.#registerRefusal,
    });
  }

  #sawSent(data: string): void {
    if (data.startsWith('REGISTER ')) {
      this.#registerRefusal = null;
      if (!this.#isStopping) this.#keeper.requestSent();
      return;
    }
    if (!data.startsWith('INVITE ')) return;
    const callId = /\r\nCall-ID: (\S+)\r\n/.exec(data)?.[1] ?? '';
    this.#inviteListeners.get(callId)?.inviteSent(this.#parts.timers.now());
  }

  #sawMessage(head: SipHead): void {
    if (head.kind !== 'response') return;
    if (head.method === 'INVITE') this.#inviteListeners.get(head.callId)?.trying();
    if (head.method !== 'REGISTER' || head.status < 200) return;
    this.#registerHead = head;
    this.#keeper.responseArrived();
    if (head.status >= 300 || this.#isStopping) return;
    this.#path.registered();
    this.#keeper.succeeded(this.#expiresSec(head));
  }

  #sawRefusedChallenge(head: SipHead, refusal: ChallengeRefusal): void {
    if (head.method === 'REGISTER') this.#registerRefusal = refusal;
    this.#challenges.set(head.callId, refusal);
    for (const oldest of this.#challenges.keys()) {
      if (this.#challenges.size <= REMEMBERED_CHALLENGES) break;
      this.#challenges.delete(oldest);
    }
  }

  /** How long the registrar keeps our own binding; other devices' bindings stand in the same answer. */
  #expiresSec(head: SipHead): number {
    const own = String((this.#ua.contact.uri as unknown as { user: string } | undefined)?.user);
    const contact = headersOf(head.headers, 'contact')
      .flatMap((value) => value.split(/,(?=\s*(?:"|<|sips?:))/))
      .find((value) => value.includes(this.#credentials.instanceId) || value.includes(`sip:${own}@`));
    const expires = /;\s*expires\s*=\s*"?(\d+)/i.exec(contact ?? '')?.[1] ?? headersOf(head.headers, 'expires')[0];
    return Number(expires) > 0 ? Number(expires) : this.#credentials.registerExpiresSec;
  }

  #identityHeaders(ownNumber: string | null): string[] {
    if (ownNumber === null || !/^\+?[0-9]{1,20}$/.test(ownNumber)) return [];
    return [`P-Preferred-Identity: <sip:${ownNumber}@${this.#credentials.domain}>`];
  }

  /** The number called; our own user name says nothing, unless it is a number itself. */
  #calledNumber(to: string): string | null {
    const user = readIdentity(to)?.user ?? '';
    const isOwnName = user === this.#credentials.user && !/^\+?[0-9]+$/.test(user);
    return user === '' || isOwnName ? null : user;
  }

  #offer(session: RTCSession): void {
    const request = requestOf(session);
    const caller = callerOf(
      request.getHeader('From') ?? '',
      request.getHeaders('P-Asserted-Identity'),
      this.#credentials.domain,
    );
    let isTaken = false;
    const incoming: IncomingCall = {
      sipCallId: callIdOf(session),
      caller: caller.number,
      callerName: caller.name,
      calledNumber: this.#calledNumber(request.getHeader('To') ?? ''),
      take: (listener) => {
        isTaken = true;
        const call = new SessionCall(this.#callLine(), listener);
        call.bind(session, true);
        this.#calls.add(call);
        return call;
      },
      refuse: (how) => {
        isTaken = true;
        session.terminate({ status_code: how === 'busy' ? 486 : 480 });
      },
    };
    if (this.#isStopping) incoming.refuse('decline');
    else this.#listener.incoming(incoming);
    if (!isTaken) incoming.refuse('decline');
  }

  #callLine(): CallLine {
    return {
      timers: this.#parts.timers,
      isConnected: () => this.isConnected,
      challengeRefusal: (callId) => this.#challenges.get(callId) ?? null,
      gone: (call) => {
        this.#calls.delete(call);
        this.#inviteListeners.delete(call.sipCallId ?? '');
      },
    };
  }
}

interface RegistrationFailed {
  readonly response: { readonly status_code: number } | null;
  readonly cause: string;
}
