import type { Check, Offence } from './check.ts';
import { readSources, type Source } from './sources.ts';

/** A file of more lines than this hides more than it shows. */
export const MAX_LINES = 400;

/** Every code file longer than MAX_LINES. A closing newline does not count as a line. */
export function findLongFiles(sources: readonly Source[]): readonly Offence[] {
  return sources.flatMap(({ file, text }): Offence[] => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > MAX_LINES ? [{ file, line: null, says: `has ${lines} lines; at most ${MAX_LINES}` }] : [];
  });
}

export const lengths: Check = {
  name: 'file length',
  async run(root) {
    return findLongFiles(await readSources(root));
  },
};
