/** RFC 3261 section 7.3.3 and the registry: compact form -> full name, both in lower case. */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  n: 'identity-info',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

/** Names whose usual spelling is not "each word capitalised". */
const SPELLING: Readonly<Record<string, string>> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'www-authenticate': 'WWW-Authenticate',
  'mime-version': 'MIME-Version',
  rack: 'RAck',
  rseq: 'RSeq',
  'min-se': 'Min-SE',
};

/** Headers whose value is a comma-separated list, so that one line may hold several values. */
const LISTS: ReadonlySet<string> = new Set([
  'via',
  'route',
  'record-route',
  'contact',
  'supported',
  'require',
  'proxy-require',
  'unsupported',
  'allow',
  'p-asserted-identity',
  'p-preferred-identity',
  'reason',
  'path',
]);

const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

/** The name as it is compared: lower case, compact form expanded. */
function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return COMPACT[lower] ?? lower;
}

/** The name as it is written. */
function spelling(canonical: string): string {
  return (
    SPELLING[canonical] ?? canonical.replace(/(^|-)([a-z])/g, (_, dash: string, c: string) => dash + c.toUpperCase())
  );
}

/** Whether a text may stand as a header name (RFC 3261 section 25.1, token). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Splits at `separator`, but not inside quoted strings or angle brackets. Parts are trimmed; empty ones are dropped. */
export function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  let angle = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted) {
      if (c === '\\') i += 1;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '<') angle = true;
    else if (c === '>') angle = false;
    else if (c === separator && !angle) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** The headers of one message: ordered, case-insensitive, several values a name. Values never hold CR or LF. */
export class SipHeaders {
  readonly #rows: (readonly [name: string, value: string])[];

  constructor(rows: Iterable<readonly [string, string]> = []) {
    this.#rows = [];
    for (const [name, value] of rows) this.add(name, value);
  }

  /** The first value of the name. */
  get(name: string): string | undefined {
    const wanted = canonicalName(name);
    return this.#rows.find(([row]) => row === wanted)?.[1];
  }

  /** Every value of the name, in order; list headers are split at their commas. */
  all(name: string): string[] {
    const wanted = canonicalName(name);
    const values = this.#rows.filter(([row]) => row === wanted).map(([, value]) => value);
    return LISTS.has(wanted) ? values.flatMap((value) => splitOutsideQuotes(value, ',')) : values;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Puts a value behind those that exist. Throws on a name that is no token: a bug of the caller. */
  add(name: string, value: string): this {
    this.#rows.push(SipHeaders.#row(name, value));
    return this;
  }

  /** Puts a value before those that exist (Via, Record-Route). */
  prepend(name: string, value: string): this {
    this.#rows.unshift(SipHeaders.#row(name, value));
    return this;
  }

  /** Replaces every value of the name by these. */
  set(name: string, ...values: string[]): this {
    this.remove(name);
    for (const value of values) this.add(name, value);
    return this;
  }

  remove(name: string): this {
    const wanted = canonicalName(name);
    for (let i = this.#rows.length - 1; i >= 0; i -= 1) if (this.#rows[i]?.[0] === wanted) this.#rows.splice(i, 1);
    return this;
  }

  /** Name (as written) and value of each header, in order. */
  *rows(): Generator<readonly [string, string]> {
    for (const [name, value] of this.#rows) yield [spelling(name), value];
  }

  clone(): SipHeaders {
    return new SipHeaders(this.#rows);
  }

  static #row(name: string, value: string): readonly [string, string] {
    if (!isToken(name)) throw new Error(`not a header name: ${JSON.stringify(name)}`);
    return [canonicalName(name), value.replace(/[\r\n\0]+/g, ' ').trim()];
  }
}
