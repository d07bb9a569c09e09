import type { WireEventName } from './events.ts';

/** What the tags of the reference are about, in the order they are shown; a tag that is not here comes last. */
export const TAG_WORDS: Readonly<Record<string, string>> = {
  Account:
    'Who is signed in, what the account is, and the rules it lives by. A client prints its sentences from `/policy`; it knows no provider by name.',
  Devices:
    'An install of the softphone gets SIP credentials of its own. They are no use to anybody else and can be taken away alone.',
  Balance: 'What the account stands at and what it is made of.',
  Usage: 'Every movement of the balance is explained by a row; calls that cost nothing have one too.',
  Rates: 'What calls cost, before they are dialled.',
  Calls: 'Calls in progress, and what the account forbids itself.',
  'Quotes and charges':
    'Everything that costs money is bought in two steps: a quote says what it will be, a charge executes that quote and nothing else.',
  'Payment methods':
    'How the account pays. No field of this API takes a card number: cards are typed on a page of the payment vendor.',
};

/** When an event is sent, for those that carry more than the news that something changed. */
export const EVENT_WORDS: Readonly<Partial<Record<WireEventName, string>>> = {
  'stream.opened':
    'First on a stream that was opened without Last-Event-ID. Its `id` is the present place: resume from it.',
  'balance.updated': 'The balance moved, or its level did. Carries the balance as this person may see it.',
  'usage.upserted': 'Rows are new, or were corrected (a higher `version` replaces a lower one).',
  'charge.updated': 'A charge came to be or came further. Carries the charge.',
  'alert.raised': 'A level was crossed. Read the alert by its id.',
  resync: 'The place asked for is no longer known: read again whatever may have changed.',
};

/** The part of the reference that is not made from the table. */
export const INTRODUCTION = `# The Offhook Provider API

What a phone company offers to a softphone that knows what every call costs. Any provider can implement it; the sandbox in
\`main/sandbox\` is its reference server, and \`npm run conformance\` tells whether a server keeps its promises.

This page is made from the OpenAPI document (\`openapi.json\`, OpenAPI 3.1), which is made from the schemas the client and
the reference server run on. The examples were sent to the reference server; lists in them are cut to two rows.

## Where to begin

1. Serve \`/.well-known/offhook-provider\` under the address your customers know. It names the API's base address, the
   versions served and the authorization server.
2. Let people sign in with OAuth 2.0: authorization code with PKCE S256 in their own browser, public client
   \`offhook-desktop\`, redirect to a loopback address of any port (RFC 6749, 7636, 8252), metadata by RFC 8414, revocation
   by RFC 7009. Refresh tokens are replaced whenever they are used. Send \`iss\` with the code (RFC 9207).
3. Serve the operations marked **needed** below and the stream of events. That is a phone that registers, calls, and shows
   balance, prices and history.
4. Add what you sell. A server that does not have an optional operation answers \`404 not_offered\`; the client leaves
   that screen away. \`/policy\` says what the account's rules are, so that the client asks for nothing you do not do.
5. Run \`npm run conformance -- --url https://your.address\`. It signs in with your browser, takes no money and changes
   nothing but one device of its own, and prints what is kept and what is not. With \`--spend\` it buys the smallest credit once
   and follows the money.

## Conventions

**Requests.** JSON in UTF-8 over HTTPS. Members are in snake_case. A request with members the schema does not know is
\`400 invalid_request\` where the shape says so; a client passes over members of answers that it does not know, so that you
may add some. A request is judged in this order: version, token, role, idempotency key, shape, state of the account.

**Versions.** A date in the header \`Offhook-Version\`. Without one the current version is served; an unknown one is
\`400 unsupported_version\`. Every answer says which version it is of. A change that an existing client would stumble over is a
new date: a member left out or of another type, and a new value where the schema lists the values (a client refuses the
whole answer). New members and new events are not: a client passes over what it does not know.

**Ids** are opaque text of 1 to 64 characters.

**Money** is \`{ "amount": "12.50", "currency": "USD" }\`: decimal text with at most six decimals, never a JSON number. Prices
per minute are decimal text beside a currency. Nothing is rounded but a charge, once, half up.

**Time** is RFC 3339 in UTC with milliseconds. A *day* or *month* is one of the account's time zone (\`/account\`). \`as_of\`
is when the answer was true: a client never lets an older answer replace a newer one. Send a correct \`Date\` header: the
client measures its own clock by it.

**Lists** answer \`data\`, \`next_cursor\` and, where it is known, \`total\`. \`limit\` is 1 to 1000, 100 where missing. The
cursor is opaque: it means "after the row that was last", so rows that arrive meanwhile move nothing. \`next_cursor: null\` is
the end. A cursor nobody gave is \`400 invalid_request\`; one whose place is gone is \`410 cursor_expired\`, and the client
begins again.

**Writes** carry an \`Idempotency-Key\` (visible ASCII, at most 255 characters), new for every intent and the same for every
retry of it. The same key with the same request answers again what it answered first, with \`Idempotency-Replayed: true\`; with
another request it is \`422 idempotency_key_reused\`; while the first is being served, \`409 conflict\` with \`Retry-After\`. Keep
keys for 24 hours, for each person apart. A refused request uses no key up. Keep key and effect in one transaction: a client
whose answer was lost sends the request again, and must not pay twice.

**ETags.** Every read has one and answers \`304\` to \`If-None-Match\`. A resource marked *versioned* has a strong one, and
changing it takes \`If-Match\`: without it \`428 precondition_required\`, with an old one \`412 precondition_failed\`. The tag is
of the content, not of \`as_of\`.

**Limits.** \`429 rate_limited\` with whole seconds in \`Retry-After\`; \`RateLimit\` and \`RateLimit-Policy\` headers are
welcome. An app that syncs a long history asks for a page of 1000 rows at a time, one after the other.

**Errors** are RFC 9457 documents (\`application/problem+json\`). A client decides on \`code\` alone; \`detail\` is for people,
\`errors\` names faulty members by JSON pointer, and \`type\` is \`urn:offhook:problem:\` with the code. A failure after the work
was begun is not an error but a state of what was begun: read it.
`;
