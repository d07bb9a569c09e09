import { parse, readSources, type Source } from './sources.ts';

/** The two ends a requirement can bind: the provider, and the client (through the contract or the screen). */
export type Side = 'C' | 'P';

/** One id claimed by one test's title. `side` is null for ids that have none (F-01, EXT-03, SP-04, POL-25). */
export interface Claim {
  readonly id: string;
  readonly side: Side | null;
  readonly file: string;
  readonly title: string;
}

const TAG = /\[([A-Z]+-\d{2})(?: ([CP]))?\]/g;
const RUNNERS = new Set(['test', 'it']);
/** Tests that do not run, or pass by failing, prove nothing. */
const UNPROVEN = new Set(['skip', 'todo', 'fixme', 'fails', 'fail', 'skipIf', 'runIf', 'describe']);

type Node = Record<string, unknown> & { readonly type: string };

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** The words of a callee: `test.each(rows)` -> ["test", "each"]. */
function wordsOf(callee: unknown): readonly string[] {
  if (!isNode(callee)) return [];
  if (callee.type === 'Identifier') return [String(callee['name'])];
  if (callee.type === 'MemberExpression') return [...wordsOf(callee['object']), ...wordsOf(callee['property'])];
  if (callee.type === 'CallExpression') return wordsOf(callee['callee']);
  return [];
}

function titleOf(argument: unknown): string | undefined {
  if (!isNode(argument)) return undefined;
  if (argument.type === 'Literal' && typeof argument['value'] === 'string') return argument['value'];
  if (argument.type === 'TemplateLiteral') {
    const quasis = argument['quasis'] as readonly { readonly value: { readonly cooked: string } }[];
    return quasis.map((each) => each.value.cooked).join('…');
  }
  return undefined;
}

/** Every id claimed by the titles of tests that really run. */
export function claimsOf(source: Source): readonly Claim[] {
  const claims: Claim[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    if (!isNode(value)) return;
    if (value.type === 'CallExpression') {
      const words = wordsOf(value['callee']);
      const title = titleOf((value['arguments'] as readonly unknown[])[0]);
      if (title !== undefined && RUNNERS.has(words[0] ?? '') && !words.some((word) => UNPROVEN.has(word))) {
        for (const [, id = '', side] of title.matchAll(TAG)) {
          claims.push({ id, side: (side as Side | undefined) ?? null, file: source.file, title });
        }
      }
    }
    for (const child of Object.values(value)) visit(child);
  };
  visit(parse(source).body);
  return claims;
}

/** Every claim of the test tree; a checker's own planted titles (test/unit/check-*) are no claims. */
export async function readClaims(root: string): Promise<readonly Claim[]> {
  const sources = await readSources(root, ['test']);
  return sources
    .filter(({ file }) => /\.(?:test|spec)\.tsx?$/.test(file) && !file.startsWith('test/unit/check-'))
    .flatMap(claimsOf);
}
