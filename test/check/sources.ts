import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAst } from 'vite';

/** A file of ours, with its path relative to the root in POSIX form. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** One module reference, however it is written: import, type import, re-export, import(), new URL(…, import.meta.url). */
export interface Reference {
  readonly specifier: string;
  readonly line: number;
  readonly form: 'import' | 'reexport' | 'reexport_all' | 'dynamic' | 'type' | 'url';
}

const FOLDERS = ['main', 'preload', 'renderer', 'test'];
const CODE = /\.(?:ts|tsx|mts|mjs|js|cjs)$/;

/** Every code file of the tree, sorted by path. Folders that do not exist are no error. */
export async function readSources(root: string, folders: readonly string[] = FOLDERS): Promise<readonly Source[]> {
  const atRoot = (await readdir(root)).filter((name) => CODE.test(name));
  const below = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(path.join(root, folder), { recursive: true }).catch(() => []);
      return names.filter((name) => CODE.test(name)).map((name) => path.posix.join(folder, ...name.split(path.sep)));
    }),
  );
  const files = [...atRoot, ...below.flat()].toSorted();
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(path.join(root, file), 'utf8') })));
}

type Syntax = { readonly type: string; readonly start: number } & Record<string, unknown>;

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function textOf(node: unknown): string | undefined {
  if (!isSyntax(node)) return undefined;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  return undefined;
}

/** `new URL('./x.ts', import.meta.url)` names a module that is loaded at run time: a worker. */
function urlOf(node: Syntax): string | undefined {
  const callee = node['callee'];
  const args = node['arguments'];
  if (!isSyntax(callee) || callee['name'] !== 'URL' || !Array.isArray(args)) return undefined;
  const [target, base] = args as unknown[];
  const isModule = isSyntax(base) && base.type === 'MemberExpression' && CODE.test(textOf(target) ?? '');
  return isModule ? textOf(target) : undefined;
}

function referenceOf(node: Syntax): { specifier: string; form: Reference['form'] } | undefined {
  const from = textOf(node['source']);
  switch (node.type) {
    case 'ImportDeclaration':
      return from === undefined
        ? undefined
        : { specifier: from, form: node['importKind'] === 'type' ? 'type' : 'import' };
    case 'ExportNamedDeclaration':
      return from === undefined ? undefined : { specifier: from, form: 'reexport' };
    case 'ExportAllDeclaration':
      return from === undefined ? undefined : { specifier: from, form: 'reexport_all' };
    case 'ImportExpression':
      return from === undefined ? undefined : { specifier: from, form: 'dynamic' };
    case 'TSImportType':
      return from === undefined ? undefined : { specifier: from, form: 'type' };
    case 'NewExpression': {
      const target = urlOf(node);
      return target === undefined ? undefined : { specifier: target, form: 'url' };
    }
    default:
      return undefined;
  }
}

function languageOf(file: string): 'ts' | 'tsx' | 'js' {
  if (file.endsWith('.tsx')) return 'tsx';
  return /\.m?ts$/.test(file) ? 'ts' : 'js';
}

/** The whole program, parsed. Throws the parser's message, with the file's name, where the text is no program. */
export function parse(source: Source): { readonly body: readonly Syntax[] } {
  try {
    return parseAst(source.text, { lang: languageOf(source.file) }) as unknown as { body: Syntax[] };
  } catch (cause) {
    throw new Error(`${source.file} does not parse`, { cause });
  }
}

/** Every module reference of a file, in order of appearance. */
export function referencesOf(source: Source): readonly Reference[] {
  const found: (Reference & { start: number })[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    if (!isSyntax(value)) return;
    const reference = referenceOf(value);
    if (reference) found.push({ ...reference, line: lineAt(source.text, value.start), start: value.start });
    for (const [key, child] of Object.entries(value)) if (key !== 'type') visit(child);
  };
  visit(parse(source).body);
  return found.toSorted((a, b) => a.start - b.start).map(({ specifier, line, form }) => ({ specifier, line, form }));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The root-relative file a relative specifier names; undefined for packages and node: modules. */
export function resolveFile(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier.replace(/\?.*$/, '')));
}

/** The package a bare specifier belongs to: "@scope/name/sub" -> "@scope/name", "zod/mini" -> "zod". */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}
