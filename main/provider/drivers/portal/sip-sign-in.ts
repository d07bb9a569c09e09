import { fail, ok, type AppError, type Result } from '../../../../preload/contract/result.ts';
import type { Clock } from '../../../platform/clock.ts';
import { newUuid, randomToken } from '../../../platform/ids.ts';
import { digestAuthorization, parseChallenge, type DigestChallenge } from '../../../platform/digest.ts';
import type { SipAddress } from './sip-address.ts';
import type { SipResponse } from './sip-response.ts';
import { openSipSocket, type SipSocket } from './sip-socket.ts';

interface RegisterQuery {
  readonly address: SipAddress;
  /** Unanswerable host of RFC 7118 section 5: a WebSocket client has no address to be reached at. */
  readonly host: string;
  readonly callId: string;
  readonly fromTag: string;
}

/**
 * A REGISTER without Contact: it asks for the bindings and changes none (RFC 3261 section 10.2.3), yet is challenged
 * and checked as any other.
 */
function registerQuery(
  query: RegisterQuery,
  cseq: number,
  credentials: readonly string[],
  withContact: boolean,
): string {
  const { address } = query;
  const aor = `sip:${address.user}@${address.domain}`;
  return [
    `REGISTER sip:${address.domain} SIP/2.0`,
    // RFC 7118 section 5.2: the transport as it is.
    `Via: SIP/2.0/${address.wssUrl.startsWith('wss:') ? 'WSS' : 'WS'} ${query.host};branch=z9hG4bK${randomToken(9)}`,
    'Max-Forwards: 70',
    `To: <${aor}>`,
    `From: <${aor}>;tag=${query.fromTag}`,
    `Call-ID: ${query.callId}`,
    `CSeq: ${cseq} REGISTER`,
    ...credentials,
    // Some servers refuse a query; removing a binding that never was is the same to them.
    ...(withContact ? [`Contact: <sip:${address.user}@${query.host};transport=ws>;expires=0`, 'Expires: 0'] : []),
    'User-Agent: Offhook',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function newQuery(address: SipAddress): RegisterQuery {
  return {
    address,
    host: `${randomToken(9).replace(/[^a-z0-9]/gi, '0')}.invalid`,
    callId: newUuid(),
    fromTag: randomToken(6),
  };
}

const REFUSED: Readonly<Record<number, AppError>> = {
  403: { kind: 'wrong_password', nextStep: 'check_password', detail: 'SIP 403' },
  404: { kind: 'wrong_password', nextStep: 'check_password', detail: 'SIP 404' },
};

/** What a final response that is neither success nor challenge means for the person. */
function refusal(response: SipResponse): AppError {
  const known = REFUSED[response.status];
  if (known) return known;
  const detail = `SIP ${response.status}`;
  if (response.status >= 500 && response.status < 600) {
    const retry = response.retryAfterSec === null ? {} : { retryAfterMs: response.retryAfterSec * 1000 };
    return { kind: 'provider_unavailable', nextStep: 'wait', detail, ...retry };
  }
  return { kind: 'provider_protocol', nextStep: 'check_address', detail };
}

/** The phone answers the first challenge only and knows MD5 only, so that is what a sign-in may rest on. */
function usableChallenge(response: SipResponse): Result<DigestChallenge> {
  const [first] = response.challenges;
  const challenge = first === undefined ? undefined : parseChallenge(first);
  if (!challenge) {
    return fail({ kind: 'provider_protocol', nextStep: 'check_address', detail: 'A challenge without a digest realm' });
  }
  if (challenge.algorithm !== 'MD5') {
    return fail({ kind: 'unsupported_digest', nextStep: 'ask_owner', detail: challenge.algorithm.slice(0, 40) });
  }
  return ok(challenge);
}

const isChallenge = (response: SipResponse): boolean => response.status === 401 || response.status === 407;

async function ask(
  socket: SipSocket,
  query: RegisterQuery,
  cseq: number,
  credentials: readonly string[] = [],
): Promise<Result<SipResponse>> {
  const answer = await socket.request(registerQuery(query, cseq, credentials, false), query.callId, cseq);
  if (!answer.ok || answer.value.status !== 400) return answer;
  return socket.request(registerQuery(query, cseq + 1, credentials, true), query.callId, cseq + 1);
}

/**
 * Learns the digest realm by one REGISTER without credentials. A server that accepts it as it is has no realm of its
 * own; its domain stands for it.
 */
export async function probeRealm(address: SipAddress, clock: Clock): Promise<Result<{ readonly realm: string }>> {
  const socket = await openSipSocket(address.wssUrl, clock);
  if (!socket.ok) return socket;
  try {
    const answer = await ask(socket.value, newQuery(address), 1);
    if (!answer.ok) return answer;
    if (answer.value.status < 300) return ok({ realm: address.domain });
    if (!isChallenge(answer.value)) return fail(refusal(answer.value));
    const challenge = usableChallenge(answer.value);
    return challenge.ok ? ok({ realm: challenge.value.realm }) : challenge;
  } finally {
    socket.value.close();
  }
}

/** What proves a plain SIP account: HA1 holds for the pinned realm alone. */
export interface SipProof {
  readonly authorizationUser: string;
  readonly realm: string;
  readonly ha1: string;
}

/**
 * Asks the server whether the credentials hold. A challenge for another realm than the pinned one is `wrong_realm`, and
 * no digest is computed for it.
 */
export async function verifySipAccount(address: SipAddress, proof: SipProof, clock: Clock): Promise<Result<null>> {
  const opened = await openSipSocket(address.wssUrl, clock);
  if (!opened.ok) return opened;
  const query = newQuery(address);
  let credentials: readonly string[] = [];
  try {
    // Third try only where the server calls the nonce stale (RFC 2617 section 3.2.1).
    for (let tries = 1; tries <= 3; tries += 1) {
      const answer = await ask(opened.value, query, tries * 2, credentials);
      if (!answer.ok) return answer;
      if (answer.value.status < 300) return ok(null);
      if (!isChallenge(answer.value)) return fail(refusal(answer.value));
      const challenge = usableChallenge(answer.value);
      if (!challenge.ok) return challenge;
      if (challenge.value.realm !== proof.realm) {
        const detail = 'The server now names another realm';
        return fail({
          kind: 'wrong_realm',
          nextStep: 'confirm_realm',
          detail,
          realm: challenge.value.realm.slice(0, 256),
        });
      }
      if (credentials.length > 0 && !challenge.value.stale) break;
      const header = answer.value.status === 407 ? 'Proxy-Authorization' : 'Authorization';
      const request = {
        method: 'REGISTER',
        uri: `sip:${address.domain}`,
        user: proof.authorizationUser,
        ha1: proof.ha1,
      };
      credentials = [`${header}: ${digestAuthorization(challenge.value, request, randomToken(12))}`];
    }
    return fail({ kind: 'wrong_password', nextStep: 'check_password', detail: 'The server refused the digest' });
  } finally {
    opened.value.close();
  }
}
