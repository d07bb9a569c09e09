import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Check, Offence } from './check.ts';
import { readSources } from './sources.ts';

/** A path a document names, with the line it stands on. */
export interface NamedPath {
  readonly path: string;
  readonly line: number;
}

const DOCUMENTS = ['README.md', 'ARCHITECTURE.md'];
const OURS = /^(?:main|preload|renderer|test|assets|\.ci)(?:\/[\w.+-]+)*\/?$/;
const ROOT_FILE = /^[\w-]+(?:\.[\w-]+)*\.(?:md|json|ts|mjs|yml)$/;
const GENERATED = /^(?:out|dist|node_modules)\b/;

function isPath(text: string): boolean {
  return (OURS.test(text) && text.includes('/')) || ROOT_FILE.test(text);
}

/** A ```tree block: each line's first word is a file or folder, nested by two spaces a level. */
function* pathsOfTree(lines: readonly { text: string; line: number }[]): Generator<NamedPath> {
  const folders: string[] = [];
  for (const { text, line } of lines) {
    const match = /^( *)([\w.-]+\/?)(?:\s|$)/.exec(text);
    if (!match) continue;
    const depth = (match[1] ?? '').length / 2;
    folders.length = Math.min(folders.length, depth);
    folders[depth] = (match[2] ?? '').replace(/\/$/, '');
    yield { path: folders.slice(0, depth + 1).join('/'), line };
  }
}

function* pathsOfLine(text: string, line: number): Generator<NamedPath> {
  for (const match of text.matchAll(/`([^`]+)`/g)) if (isPath(match[1] ?? '')) yield { path: match[1] ?? '', line };
  for (const match of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
    if (!/^[a-z]+:/.test(match[1] ?? '')) yield { path: match[1] ?? '', line };
  }
}

/** Every path a Markdown text names: in `code`, as a link or an image, and in ```tree blocks. Build output is left out. */
export function namedPaths(markdown: string): readonly NamedPath[] {
  const found: NamedPath[] = [];
  let block: { language: string; lines: { text: string; line: number }[] } | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(text);
    if (fence && block) {
      if (block.language === 'tree') found.push(...pathsOfTree(block.lines));
      block = undefined;
    } else if (fence) block = { language: fence[1] ?? '', lines: [] };
    else if (block) block.lines.push({ text, line: index + 1 });
    else found.push(...pathsOfLine(text, index + 1));
  }
  return found.filter((each) => !GENERATED.test(each.path));
}

/** README and ARCHITECTURE state only what exists. */
export const paper: Check = {
  name: 'paths in the documents',
  async run(root) {
    const names = new Set((await readSources(root)).map(({ file }) => path.posix.basename(file)));
    const offences: Offence[] = [];
    for (const file of DOCUMENTS) {
      const text = await readFile(path.join(root, file), 'utf8').catch(() => undefined);
      if (text === undefined) {
        offences.push({ file, line: null, says: 'is missing' });
        continue;
      }
      for (const named of namedPaths(text)) {
        // A bare name may stand for the file of that name in each folder ("repo.ts").
        if (names.has(named.path)) continue;
        const exists = await access(path.join(root, named.path)).then(
          () => true,
          () => false,
        );
        if (!exists) offences.push({ file, line: named.line, says: `names ${named.path}, which does not exist` });
      }
    }
    return offences;
  },
};
