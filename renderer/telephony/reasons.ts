import { REASONS, type CallNextStep, type ReasonId } from './reason-ids.ts';
import { Q850_REASONS, SIP_CODE_REASONS } from './reason-tables.ts';

/** A reason with the key of its sentence and its next step. */
export interface Reason {
  readonly id: ReasonId;
  readonly wordsKey: `phone.reason.${ReasonId}`;
  readonly nextStep: CallNextStep;
}

/** All ids, for the screen's table of sentences and its test. */
export const REASON_IDS = Object.keys(REASONS) as readonly ReasonId[];

/** Looks a reason up by id. */
export function reasonOf(id: ReasonId): Reason {
  return { id, wordsKey: `phone.reason.${id}`, nextStep: REASONS[id] };
}

/** True for an id of the table: what a stored history line is checked with. */
export function isReasonId(text: string): text is ReasonId {
  return Object.hasOwn(REASONS, text);
}

/**
 * Maps a final SIP response (RFC 3261 section 21 and the IANA registry) to a reason. A code that is not in the table
 * falls back to its class (RFC 3261 8.1.3.2); anything outside 300 to 699 is a bug of the sender and reads as such.
 */
export function reasonForSipCode(code: number): ReasonId {
  const known = SIP_CODE_REASONS.get(code);
  if (known) return known;
  if (code >= 300 && code < 400) return 'redirected';
  if (code >= 400 && code < 500) return 'request_refused';
  if (code >= 500 && code < 600) return 'server_error';
  if (code >= 600 && code < 700) return 'global_failure';
  return 'internal_error';
}

/** Maps an ITU-T Q.850 cause value (1 to 127); unknown values fall back to their class (the three high bits). */
export function reasonForQ850(cause: number): ReasonId {
  const known = Q850_REASONS.get(cause);
  if (known) return known;
  if (cause >= 32 && cause < 48) return 'congestion';
  if (cause >= 48 && cause < 64) return 'not_allowed';
  if (cause >= 64 && cause < 80) return 'no_common_media';
  if (cause >= 80 && cause < 128) return 'server_error';
  return 'unavailable';
}

/** One value of a Reason header (RFC 3326). `text` is the sender's claim, cleaned and cut, never verified. */
export interface ReasonHeader {
  readonly protocol: string;
  readonly cause: number | null;
  readonly text: string | null;
}

const MAX_TEXT_CHARS = 120;

/** Cuts untrusted text to one short visible line: control and direction characters go, length is capped. */
export function cleanText(text: string, maxChars = MAX_TEXT_CHARS): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+/gu, ' ').replace(/\s+/g, ' ');
  return Array.from(visible.trim()).slice(0, maxChars).join('').trim();
}

/** Splits at `separator` outside of quoted strings; the parts keep their quotes. */
function splitOutsideQuotes(value: string, separator: string): string[] {
  const parts: string[] = [];
  let [part, quoted] = ['', false];
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at);
    if (character === '"') quoted = !quoted;
    if (character === separator && !quoted) {
      parts.push(part);
      part = '';
    } else if (quoted && character === '\\') part += character + value.charAt((at += 1));
    else part += character;
  }
  return [...parts, part];
}

const unquote = (text: string): string => text.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/g, '$1');

/** Parses all values of the Reason headers of a message, tolerantly: what cannot be read is left out. */
export function parseReasonHeaders(values: readonly string[]): ReasonHeader[] {
  const found: ReasonHeader[] = [];
  for (const value of values.flatMap((each) => splitOutsideQuotes(each, ','))) {
    const [protocol = '', ...parameters] = splitOutsideQuotes(value, ';').map((each) => each.trim());
    if (!/^[\w.!%*+`'~-]+$/.test(protocol)) continue;
    const named = new Map<string, string>();
    for (const parameter of parameters) {
      const [name = '', ...rest] = parameter.split('=');
      named.set(name.trim().toLowerCase(), rest.join('=').trim());
    }
    const cause = /^\d{1,3}$/.test(named.get('cause') ?? '') ? Number(named.get('cause')) : null;
    found.push({ protocol: protocol.toUpperCase(), cause, text: cleanText(unquote(named.get('text') ?? '')) || null });
  }
  return found;
}

/** True when a CANCEL or BYE says that another device of the person took the call (RFC 3326 section 3.1). */
export function saysAnsweredElsewhere(headers: readonly ReasonHeader[]): boolean {
  return headers.some((each) => each.protocol === 'SIP' && each.cause === 200);
}

/** Codes that say little: a Q.850 cause beside them says more. */
const VAGUE: ReadonlySet<ReasonId> = new Set<ReasonId>([
  'unavailable',
  'request_refused',
  'server_error',
  'service_unavailable',
  'not_allowed',
  'global_failure',
]);

/** The reason for a final response with its Reason headers: the Q.850 cause speaks where the code is vague. */
export function reasonForResponse(code: number, headers: readonly ReasonHeader[]): ReasonId {
  const bySip = reasonForSipCode(code);
  const q850 = headers.find((each) => each.protocol === 'Q.850')?.cause ?? null;
  if (q850 === null || !VAGUE.has(bySip) || q850 === 16 || q850 === 31) return bySip;
  return reasonForQ850(q850);
}

/** Why a registration is refused, for the codes after which trying again by itself is wrong. */
export function reasonForRegisterCode(code: number): ReasonId {
  switch (code) {
    case 401:
    case 407:
      return 'wrong_password';
    case 403:
      return 'registration_forbidden';
    case 404:
      return 'account_unknown';
    default:
      return 'registration_refused';
  }
}
