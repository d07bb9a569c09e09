import type { Line } from './run.ts';
import type { Verdict } from './verdict.ts';

const WORDS: Readonly<Record<Verdict['kind'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  skipped: 'skipped',
  not_offered: 'not offered',
};

const WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length));

/** A case as one line: verdict, id, and what was promised or what was wrong. */
export function renderLine({ id, promise, verdict }: Line): string {
  const says = 'says' in verdict ? verdict.says : promise;
  return `${WORDS[verdict.kind].padEnd(WIDTH)}  ${id.padEnd(26)} ${says}`;
}

const count = (lines: readonly Line[], kind: Verdict['kind']): number =>
  lines.filter((line) => line.verdict.kind === kind).length;

function standing(lines: readonly Line[]): string {
  if (count(lines, 'failed') > 0) return 'fails';
  if (count(lines, 'passed') === 0) return count(lines, 'not_offered') > 0 ? 'not offered' : 'not tried';
  return count(lines, 'not_offered') > 0 ? 'in part' : 'offered';
}

/** The table of capabilities: one row a tag. */
export function renderTable(lines: readonly Line[]): string {
  const tags = [...new Set(lines.map((line) => line.tag))];
  const width = Math.max('Capability'.length, ...tags.map((tag) => tag.length));
  const row = (tag: string, stands: string, numbers: readonly (number | string)[]): string =>
    `${tag.padEnd(width)}  ${stands.padEnd(11)}  ${numbers.map((each) => String(each).padStart(7)).join('  ')}`;
  const head = row('Capability', 'Standing', ['passed', 'failed', 'skipped']);
  const body = tags.map((tag) => {
    const own = lines.filter((line) => line.tag === tag);
    return row(tag, standing(own), [count(own, 'passed'), count(own, 'failed'), count(own, 'skipped')]);
  });
  return [head, '-'.repeat(head.length), ...body].join('\n');
}

/** The last line: how many of each. */
export function renderSum(lines: readonly Line[]): string {
  const kinds = ['passed', 'failed', 'skipped', 'not_offered'] as const;
  return kinds.map((kind) => `${count(lines, kind)} ${WORDS[kind].toLowerCase()}`).join(', ');
}
