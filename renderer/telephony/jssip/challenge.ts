import { headersOf, type SipHead } from './sip-head.ts';

/** Why no digest is sent for a challenge; our own check, because JsSIP reads one header and says nothing. */
export type ChallengeRefusal = 'wrong_realm' | 'unsupported_digest';

interface Challenge {
  readonly value: string;
  readonly scheme: string;
  readonly realm: string | null;
  readonly algorithm: string;
}

const HEADER_OF: Readonly<Record<number, string>> = { 401: 'www-authenticate', 407: 'proxy-authenticate' };

function readChallenge(value: string): Challenge {
  const scheme = /^\S+/.exec(value)?.[0] ?? '';
  const realm = /\brealm\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(value)?.[1]?.replace(/\\(.)/g, '$1') ?? null;
  const algorithm = /\balgorithm\s*=\s*"?([A-Za-z0-9-]+)/i.exec(value)?.[1] ?? 'MD5';
  return { value, scheme: scheme.toLowerCase(), realm, algorithm: algorithm.toUpperCase() };
}

/**
 * Judges the challenges of a 401 or 407 (RFC 3261 22, RFC 8760). Answers the message JsSIP may see: with only the one
 * challenge that is ours (our pinned realm, MD5), or with none, so that no digest ever leaves for a foreign realm. JsSIP
 * would keep the last header it finds and drop the whole message when it cannot parse an algorithm.
 */
export function chooseChallenge(
  text: string,
  head: SipHead,
  realm: string,
): { readonly text: string; readonly refusal: ChallengeRefusal | null } {
  const name = HEADER_OF[head.status];
  if (head.kind !== 'response' || name === undefined) return { text, refusal: null };
  const challenges = headersOf(head.headers, name)
    .flatMap((value) => value.split(/,\s*(?=[A-Za-z]+\s+[a-z]+\s*=)/i))
    .map(readChallenge);
  const ours = challenges.filter((each) => each.scheme === 'digest' && each.realm === realm);
  const usable = ours.find((each) => each.algorithm === 'MD5');
  const refusal: ChallengeRefusal | null = usable ? null : ours.length > 0 ? 'unsupported_digest' : 'wrong_realm';
  return { text: withOnly(text, name, usable?.value ?? null), refusal };
}

/** The message with every header `name` gone and, if given, one line with `value` in its place. */
function withOnly(text: string, name: string, value: string | null): string {
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end);
  const kept: string[] = [];
  let skipping = false;
  for (const line of head.split('\r\n')) {
    const isFolded = /^[ \t]/.test(line);
    if (!isFolded) skipping = line.slice(0, line.indexOf(':')).trim().toLowerCase() === name;
    if (!skipping) kept.push(line);
  }
  if (value !== null) kept.push(`${name === 'www-authenticate' ? 'WWW' : 'Proxy'}-Authenticate: ${value}`);
  return kept.join('\r\n') + text.slice(end);
}
