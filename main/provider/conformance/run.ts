import { CASES } from './cases.ts';
import type { Case, Kit, KitOptions } from './kit.ts';
import { createKit } from './kit.ts';
import type { Verdict } from './verdict.ts';
import { verdictOf } from './verdict.ts';

/** One line of the report. */
export interface Line {
  readonly id: string;
  readonly tag: string;
  readonly promise: string;
  readonly verdict: Verdict;
}

const NOT_SPENDING: Verdict = { kind: 'skipped', says: 'Takes money: runs with --spend' };

function judge(each: Case, kit: Kit): Promise<Verdict> {
  if (each.spends && !kit.spend) return Promise.resolve(NOT_SPENDING);
  return verdictOf(() => each.run(kit));
}

/** Runs the cases one after the other (those that wait long beside them) and tells each verdict as it comes. */
export async function runCases(
  options: KitOptions,
  chosen: (each: Case) => boolean = () => true,
  tell: (line: Line) => void = () => undefined,
): Promise<readonly Line[]> {
  const kit = createKit(options);
  const cases = CASES.filter(chosen);
  const early = new Map(cases.filter((each) => each.early).map((each) => [each.id, judge(each, kit)]));
  const lines: Line[] = [];
  for (const each of cases) {
    const { id, tag, promise } = each;
    const verdict = await (early.get(id) ?? judge(each, kit));
    const line = { id, tag, promise, verdict };
    lines.push(line);
    tell(line);
  }
  return lines;
}
