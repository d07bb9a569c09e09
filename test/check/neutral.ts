import type { Check, Offence } from './check.ts';
import type { Source } from './sources.ts';
import { readSources } from './sources.ts';

/** The five systems whose rules are data of the sandbox, as code or people would write them. Requirement ids are no names. */
const NAMES = /\bsip\.us\b|\bsipus\b(?!-\d|\|)|\bvoip ?time\b|\bsip ?core\b|\b2600 ?hz\b|\bsip ?station\b|\bkazoo\b/i;
/** The one place that has to say which of them a first start opens. */
const DEFAULT = /^const DEFAULT_PROFILE = '\w+';$/;

/** The client reads policies and capabilities: no line of it names a provider. */
export function findNames(sources: readonly Source[]): readonly Offence[] {
  return sources
    .filter(({ file }) => /^(?:renderer|preload|main)\//.test(file) && !file.startsWith('main/sandbox/'))
    .flatMap(({ file, text }) =>
      text.split('\n').flatMap((line, index): readonly Offence[] => {
        const name = NAMES.exec(line)?.[0];
        if (name === undefined || DEFAULT.test(line)) return [];
        return [{ file, line: index + 1, says: `names ${name}: rules of a provider come from its policy` }];
      }),
    );
}

export const neutral: Check = {
  name: 'no provider named in the client',
  run: async (root) => findNames(await readSources(root)),
};
