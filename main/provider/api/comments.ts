import { readFileSync, readdirSync } from 'node:fs';

/** What the comments beside the members of a schema say, by the id of the schema; '' holds what is said without one. */
type Comments = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** JSON Schema as far as descriptions go. */
interface Schema {
  description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const DECLARATION = /^(?=(?:export )?const \w+ =)/m;
const MEMBER = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+):/g;
/** Names that are too common to be explained by a comment that stands elsewhere. */
const CLAIMED_TWICE = '\0';

const plain = (comment: string): string =>
  comment
    .replace(/^\s*\* ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim();

function collect(source: string, comments: Map<string, Map<string, string>>): void {
  for (const declaration of source.split(DECLARATION)) {
    const id = /\bid: '(\w+)'/.exec(declaration)?.[1] ?? '';
    const members = comments.get(id) ?? new Map<string, string>();
    comments.set(id, members);
    for (const [, text = '', name = ''] of declaration.matchAll(MEMBER)) {
      members.set(name, id === '' && members.has(name) ? CLAIMED_TWICE : plain(text));
    }
  }
}

/**
 * Reads the comments of the schemas' sources: they explain a member to whoever reads the code, and the document tells
 * the same to whoever does not. For the generator alone; nothing that runs depends on it.
 */
export function readComments(folder: URL): Comments {
  const comments = new Map<string, Map<string, string>>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .toSorted()) {
    collect(readFileSync(new URL(file, folder), 'utf8'), comments);
  }
  return comments;
}

function describe(schema: Schema, own: ReadonlyMap<string, string>, loose: ReadonlyMap<string, string>): void {
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const said = own.get(name) ?? loose.get(name);
    if (said !== undefined && said !== CLAIMED_TWICE) member.description ??= said;
    describe(member, own, loose);
  }
  for (const part of [schema.items, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) {
    if (part) describe(part, own, loose);
  }
}

/** Writes comments into the schemas of a document, where these do not describe themselves already. */
export function describeSchemas(schemas: Readonly<Record<string, Schema>>, comments: Comments): void {
  const loose = comments.get('') ?? new Map<string, string>();
  for (const [id, schema] of Object.entries(schemas)) {
    describe(schema, comments.get(id.replace(/(?:Input|Output)$/, '')) ?? new Map<string, string>(), loose);
  }
}
