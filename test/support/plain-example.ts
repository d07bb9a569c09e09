import { createHash } from 'node:crypto';

/** Members whose text is new at every run, whatever it looks like. */
const RANDOM_MEMBERS = new Set(['password', 'next_cursor', 'authorization_user']);
/** Ids, one-time keys in addresses, request numbers, and SIP users within any text. */
const RANDOM_TEXT =
  /(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])|(?<![\w-])[\w-]{43}(?![\w-])|(?<=urn:request:)[\w-]{12}|(?<![0-9a-z])d[0-9a-f]{12}(?![0-9a-z])/g;
const ORIGIN = /\b(http|ws)(:\/\/)127\.0\.0\.1:\d+/g;

/** Rows of a list that are shown. */
const SHOWN_ROWS = 2;

function shortened(list: readonly unknown[]): readonly unknown[] {
  const ofRows = list.every((each) => typeof each === 'object' && each !== null);
  return ofRows ? list.slice(0, SHOWN_ROWS) : list;
}

/**
 * An answer of the sandbox as a document shows it: what is random becomes text of the same form that is the same at
 * every run, the sandbox's address a provider's, and a long list its first rows. Equal texts stay equal: an id can be
 * followed through an example.
 */
export function plainExample(value: unknown): unknown {
  const known = new Map<string, string>();

  function plainText(text: string): string {
    const first = known.get(text);
    if (first !== undefined) return first;
    const digest = createHash('sha256').update(`example ${known.size}`);
    const isHex = /^d?[0-9a-f]+$/.test(text);
    const digits = isHex ? digest.digest('hex') : digest.digest('base64url').replaceAll('_', '-');
    const made = (text.length === 13 && isHex ? `d${digits}` : digits).slice(0, text.length);
    known.set(text, made);
    return made;
  }

  function plain(each: unknown, member: string): unknown {
    if (Array.isArray(each)) return shortened(each).map((item) => plain(item, ''));
    if (typeof each === 'object' && each !== null) {
      return Object.fromEntries(Object.entries(each).map(([key, item]) => [key, plain(item, key)]));
    }
    if (typeof each !== 'string') return each;
    if (RANDOM_MEMBERS.has(member)) return plainText(each);
    return each
      .replace(ORIGIN, (_, scheme: string, slashes: string) => `${scheme}s${slashes}voice.example`)
      .replace(RANDOM_TEXT, plainText);
  }

  return plain(value, '');
}
