import type { Check, Offence } from './check.ts';
import { readSources, referencesOf, resolveFile, type Source } from './sources.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

function graphOf(sources: readonly Source[]): Graph {
  const files = new Set(sources.map((source) => source.file));
  return new Map(
    sources.map((source) => {
      const targets = referencesOf(source).map((reference) => resolveFile(source.file, reference.specifier));
      return [source.file, targets.filter((target) => target !== undefined && files.has(target)) as string[]];
    }),
  );
}

/** The shortest way from `start` back to itself, or undefined. */
function wayBack(graph: Graph, start: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) {
        const way = [start];
        for (let at = file; at !== start; at = cameFrom.get(at) ?? start) way.unshift(at);
        return [start, ...way];
      }
      if (!cameFrom.has(next)) {
        cameFrom.set(next, file);
        queue.push(next);
      }
    }
  }
  return undefined;
}

/** Every import cycle, type imports included, each named once by its first file. */
export function findCycles(sources: readonly Source[]): readonly Offence[] {
  const graph = graphOf(sources);
  const reported = new Set<string>();
  const offences: Offence[] = [];
  for (const { file } of sources) {
    if (reported.has(file)) continue;
    const way = wayBack(graph, file);
    if (!way) continue;
    for (const each of way) reported.add(each);
    offences.push({ file, line: null, says: `is in an import cycle: ${way.join(' -> ')}` });
  }
  return offences;
}

export const cycles: Check = {
  name: 'cycles',
  async run(root) {
    return findCycles(await readSources(root));
  },
};
