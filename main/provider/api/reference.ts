import type { Action, Grant } from '../../../preload/contract/roles.ts';
import { grant, mayDo } from '../../../preload/contract/roles.ts';
import { eventSchemas } from './events.ts';
import type { WireEventName } from './events.ts';
import type { ProblemCode } from './problems.ts';
import { PROBLEMS } from './problems.ts';
import { readableJson } from './reference-json.ts';
import type { Schema } from './reference-shapes.ts';
import { limitsOf, refsOf, typeText } from './reference-shapes.ts';
import { EVENT_WORDS, INTRODUCTION, TAG_WORDS } from './reference-words.ts';

interface Content {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
  readonly 'x-offhook-action'?: Action;
  readonly 'x-offhook-optional'?: boolean;
  readonly 'x-offhook-spends'?: true;
  readonly 'x-offhook-versioned'?: true;
  readonly 'x-offhook-example'?: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

interface Row {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/** Problems said once, in the introduction. */
const GENERAL = new Set<string>([
  'invalid_request',
  'unsupported_version',
  'invalid_token',
  'expired_token',
  'role_not_allowed',
  'rate_limited',
  'internal',
  'unavailable',
  'idempotency_key_missing',
  'idempotency_key_reused',
  'cursor_expired',
  'precondition_required',
  'precondition_failed',
]);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const anchor = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/\s/g, '-');

const fence = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

function rowsOf(document: OpenApiDocument): readonly Row[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method): readonly Row[] => {
      const operation = methods[method];
      return operation?.operationId === undefined ? [] : [{ method: method.toUpperCase(), path, operation }];
    }),
  );
}

/** Who may do something, as requirements.md 3.0 has it. */
function whoMay(action: Action): string {
  if (mayDo({ role: 'user', grants: [] }, action)) return 'everybody';
  const granting = grant.options.filter((each: Grant) => mayDo({ role: 'user', grants: [each] }, action));
  return granting.length === 0 ? 'the owner' : `the owner, or with ${granting.map((each) => `\`${each}\``).join(', ')}`;
}

function actionsTable(rows: readonly Row[]): string {
  const actions = [...new Set(rows.flatMap((row) => row.operation['x-offhook-action'] ?? []))];
  return table(
    ['action', 'who may'],
    actions.map((action) => [`\`${action}\``, whoMay(action)]),
  );
}

function problemsTable(): string {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return table(
    ['status', 'code', 'meaning'],
    codes.map((code) => [String(PROBLEMS[code].status), `\`${code}\``, PROBLEMS[code].title]),
  );
}

function eventsTable(): string {
  const names = Object.keys(eventSchemas) as WireEventName[];
  const other = 'Something of that name changed: read it again.';
  return table(
    ['event', 'when'],
    names.map((name) => [`\`${name}\``, EVENT_WORDS[name] ?? other]),
  );
}

function parametersText({ operation }: Row): string {
  const shown = (operation.parameters ?? []).filter(
    (each) => each.in !== 'header' || !/^(?:offhook-version|idempotency-key|if-match)$/.test(each.name),
  );
  if (shown.length === 0) return '';
  const words = (each: (typeof shown)[number]): string =>
    [limitsOf(each.schema).join(', '), each.description ?? ''].filter((part) => part !== '').join('. ');
  return table(
    ['parameter', 'in', 'type', ''],
    shown.map((each) => [
      `\`${each.name}\`${each.required ? '' : ' (optional)'}`,
      each.in,
      `\`${typeText(each.schema).replace(/\s+/g, ' ')}\``,
      words(each),
    ]),
  );
}

const bodyOf = (content: Readonly<Record<string, Content>> | undefined): Content | undefined =>
  content?.['application/json'];

function successOf(operation: Operation): { readonly status: string; readonly content: Content | undefined } {
  const status = Object.keys(operation.responses).find((each) => each.startsWith('2')) ?? '200';
  return { status, content: bodyOf(operation.responses[status]?.content) };
}

/** What goes in and what comes out: by name where the shape has one. */
function shapesText({ operation }: Row): string {
  const request = bodyOf(operation.requestBody?.content)?.schema;
  const { status, content } = successOf(operation);
  const answer = content?.schema;
  const named = (schema: Schema | undefined): string => (schema?.$ref === undefined ? '' : `\`${typeText(schema)}\``);
  const inline = (word: string, schema: Schema | undefined): string =>
    schema === undefined || schema.$ref !== undefined ? '' : `${word}\n\n${fence('ts', typeText(schema))}`;
  const words = [
    ...(named(request) === '' ? [] : [`Takes ${named(request)}.`]),
    ...(named(answer) === '' ? [] : [`Answers ${status} with ${named(answer)}.`]),
  ].join(' ');
  return [inline('Takes', request), inline(`Answers ${status} with`, answer), words]
    .filter((each) => each !== '')
    .join('\n\n');
}

function problemsText({ operation }: Row): string {
  const codes = Object.values(operation.responses).flatMap((response) =>
    Object.keys(response.content?.['application/problem+json']?.examples ?? {}),
  );
  const own = codes.filter((code) => !GENERAL.has(code) && code !== 'not_offered' && code !== 'conflict');
  return own.length === 0 ? '' : `Refuses with ${own.map((code) => `\`${code}\``).join(', ')}.`;
}

function exampleText({ operation }: Row): string {
  const asked = operation['x-offhook-example'];
  const { status, content } = successOf(operation);
  if (!asked || content?.example === undefined) return '';
  const headers = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}`);
  const body = asked.body === undefined ? [] : ['', readableJson(asked.body)];
  const request = fence('http', [`${asked.method} ${asked.path}`, ...headers, ...body].join('\n'));
  const answer = fence('json', readableJson(content.example));
  return `<details><summary>Example</summary>\n\n${request}\n\n${status}:\n\n${answer}\n\n</details>`;
}

function marksOf({ operation }: Row): string {
  const action = operation['x-offhook-action'];
  return [
    operation['x-offhook-optional'] === false ? '**needed**' : 'optional',
    ...(operation['x-offhook-versioned'] ? ['versioned'] : []),
    ...(operation['x-offhook-spends'] ? ['may take money'] : []),
    ...(action ? [`for ${whoMay(action)} (\`${action}\`)`] : []),
  ].join(' · ');
}

const titleOf = ({ method, path }: Row): string => `${method} ${path}`;

function operationText(row: Row): string {
  const { summary, description = '', operationId = '' } = row.operation;
  const parts = [
    `### ${titleOf(row)}`,
    `${summary}${/[.?!]$/.test(summary) ? '' : '.'}`,
    `\`${operationId}\` · ${marksOf(row)}`,
    description,
    parametersText(row),
    shapesText(row),
    problemsText(row),
    exampleText(row),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Shapes that are needed from here on and were not shown before, as one block. */
function typesText(document: OpenApiDocument, rows: readonly Row[], shown: Set<string>): string {
  const { schemas } = document.components;
  const wanted = rows.flatMap(({ operation }) => {
    const [request, answer] = [bodyOf(operation.requestBody?.content), successOf(operation).content];
    const parameters = (operation.parameters ?? []).map((each) => each.schema);
    return [request?.schema, answer?.schema, ...parameters].flatMap((schema) => (schema ? refsOf(schema) : []));
  });
  const blocks: string[] = [];
  for (const name of wanted) {
    const schema = schemas[name];
    if (shown.has(name) || !schema) continue;
    shown.add(name);
    const words = [schema.description ?? '', ...(schema.type === 'string' && !schema.enum ? limitsOf(schema) : [])];
    const note = words
      .filter((each) => each !== '')
      .map((each) => `// ${each}\n`)
      .join('');
    blocks.push(`${note}type ${name} = ${typeText(schema)}`);
    wanted.push(...refsOf(schema));
  }
  return blocks.length === 0 ? '' : `#### Types\n\n${fence('ts', blocks.join('\n\n'))}`;
}

function sectionText(document: OpenApiDocument, tag: string, rows: readonly Row[], shown: Set<string>): string {
  const parts = [`## ${tag}`, TAG_WORDS[tag] ?? '', ...rows.map(operationText), typesText(document, rows, shown)];
  return parts.filter((part) => part !== '').join('\n\n');
}

function eventsSection(document: OpenApiDocument): string {
  const words = document.paths['/events']?.['get']?.description ?? '';
  return [
    '## Events',
    'GET /events · **needed** · text/event-stream (WHATWG server-sent events)',
    words,
    'Every event has an `id`, grown from the one before. Write an event in the transaction it tells of: a client that ' +
      'resumes must be told all it missed, each at least once, in order. End the stream when its token ends. Where a ' +
      'person may not see something, leave the event or its member out. Clients pass over events they do not know.',
    eventsTable(),
    fence(
      'text',
      'id: 7f3a-1041\nevent: balance.updated\ndata: {"level":"ok","exact":{…},"as_of":"2026-11-22T15:00:00.000Z"}',
    ),
  ].join('\n\n');
}

function contents(tags: readonly string[], rows: readonly Row[]): string {
  const lines = tags.flatMap((tag) => [
    `- [${tag}](#${anchor(tag)})`,
    ...rows
      .filter((row) => row.operation.tags?.[0] === tag)
      .map(
        (row) =>
          `  - [${titleOf(row)}](#${anchor(titleOf(row))}): ${row.operation.summary}${row.operation['x-offhook-optional'] === false ? ' **needed**' : ''}`,
      ),
  ]);
  return ['## Contents', [...lines, '- [Events](#events)'].join('\n')].join('\n\n');
}

/** The page for whoever implements the API: Markdown, made from the OpenAPI document. */
export function referencePage(source: OpenApiDocument): string {
  const document = forReaders(source);
  const rows = rowsOf(document).filter((row) => row.operation.tags !== undefined);
  const found = [...new Set(rows.flatMap((row) => row.operation.tags?.[0] ?? []))];
  const known = Object.keys(TAG_WORDS);
  const place = (tag: string): number => (known.includes(tag) ? known.indexOf(tag) : known.length + found.indexOf(tag));
  const tags = found.toSorted((left, right) => place(left) - place(right));
  const shown = new Set<string>();
  const parts = [
    INTRODUCTION.trim(),
    problemsTable(),
    '**Roles.** Each person is owner, admin or user; the owner grants the other two more. `403 role_not_allowed` refuses ' +
      'the rest; what a person may not see is left out of answers that all may read.',
    actionsTable(rows),
    contents(tags, rows),
    ...tags.map((tag) =>
      sectionText(
        document,
        tag,
        rows.filter((row) => row.operation.tags?.[0] === tag),
        shown,
      ),
    ),
    eventsSection(document),
  ];
  return `${parts.join('\n\n')}\n`;
}

const ID = '(?:(?:SIPUS|VTC|KZ|TOP|SCS|EXT|POL|SP|F)-\\d{2}|R\\d{1,2})';
const BRACKETED = new RegExp(` ?\\((?:POL )?${ID}(?:(?:, | to | and )${ID})*\\)`, 'g');
const LEADING = new RegExp(`(^|[.:;] )${ID}(?:, ${ID})*[:;.] (\\w)`, 'g');
const LISTED = new RegExp(`(?:, |; )${ID}(?=[,;)])`, 'g');

/** A description without the ids of our own requirements: they say nothing to somebody who reads this page. */
function withoutIds(text: string): string {
  return text
    .replace(BRACKETED, '')
    .replace(LISTED, '')
    .replace(LEADING, (_, before: string, first: string) => before + (before === '' ? first.toUpperCase() : first));
}

/** The document with every description as a reader of the page needs it. */
function forReaders<T>(value: T): T {
  if (Array.isArray(value)) return value.map(forReaders) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => {
    const isText = (key === 'description' || key === 'summary') && typeof each === 'string';
    return [key, isText ? withoutIds(each) : forReaders(each as unknown)];
  });
  return Object.fromEntries(entries) as T;
}
