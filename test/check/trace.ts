// npm run trace: which requirements are proven by a test, on which side. `-- --json` prints one line for machines.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readClaims, type Claim, type Side } from './titles.ts';

/** A requirement of the five source systems: the sides it binds, each with the issue that owes its proof (null = none yet). */
export interface Requirement {
  readonly id: string;
  readonly sides: Readonly<Partial<Record<Side, number | null>>>;
}

/** Where a requirement stands: proven when no side is left open. */
export interface Standing {
  readonly id: string;
  readonly proven: readonly Side[];
  readonly open: readonly { readonly side: Side; readonly issue: number | null }[];
}

/** Ids that are no requirement of the five systems but are counted beside them. */
const APART = ['F', 'EXT', 'SP', 'POL'] as const;

const sidesOf = (requirement: Requirement): readonly Side[] => Object.keys(requirement.sides) as Side[];

/** Compares what is required with what tests claim. */
export function trace(requirements: readonly Requirement[], claims: readonly Claim[]): readonly Standing[] {
  const claimed = new Set(claims.map((claim) => `${claim.id} ${claim.side}`));
  return requirements.map((requirement) => {
    const sides = sidesOf(requirement);
    const isProven = (side: Side): boolean => claimed.has(`${requirement.id} ${side}`);
    return {
      id: requirement.id,
      proven: sides.filter(isProven),
      open: sides.filter((side) => !isProven(side)).map((side) => ({ side, issue: requirement.sides[side] ?? null })),
    };
  });
}

/** Claims that cannot be true: an id nobody wrote, a side the requirement does not bind, or no side at all. */
export function findFalseClaims(requirements: readonly Requirement[], claims: readonly Claim[]): readonly string[] {
  const known = new Map(requirements.map((requirement) => [requirement.id, requirement]));
  return claims.flatMap((claim) => {
    const prefix = claim.id.split('-')[0] ?? '';
    if ((APART as readonly string[]).includes(prefix)) return [];
    const requirement = known.get(claim.id);
    const tag = `[${claim.id}${claim.side ? ` ${claim.side}` : ''}]`;
    if (!requirement) return [`${claim.file}: ${tag} is no requirement`];
    if (!claim.side) return [`${claim.file}: ${tag} names no side`];
    return claim.side in requirement.sides
      ? []
      : [`${claim.file}: ${tag}, but this requirement does not bind that side`];
  });
}

/** The machine-readable line: total, proven, and the ids still open. */
export function summarise(standings: readonly Standing[]) {
  const missing = standings.filter((each) => each.open.length > 0).map((each) => each.id);
  return { total: standings.length, proven: standings.length - missing.length, missing };
}

/** The checked-in list. */
export async function readRequirements(root: string): Promise<readonly Requirement[]> {
  return JSON.parse(await readFile(path.join(root, 'test/check/requirements.json'), 'utf8')) as Requirement[];
}

function table(standings: readonly Standing[], claims: readonly Claim[]): string {
  const rows = standings.map(({ id, proven, open }) => {
    const owed = open.map(({ side, issue }) => `${side} ${issue === null ? '(no issue)' : `(issue ${issue})`}`);
    return `${id.padEnd(9)}${(proven.join(' ') || '-').padEnd(8)}${owed.join(', ') || 'proven'}`;
  });
  const apart = APART.map((prefix) => {
    const ids = new Set(claims.filter((claim) => claim.id.startsWith(`${prefix}-`)).map((claim) => claim.id));
    return `${prefix} ${ids.size}`;
  });
  const { total, proven } = summarise(standings);
  const owing = Map.groupBy(
    standings.flatMap((each) => each.open),
    ({ issue }) => issue,
  );
  const perIssue = [...owing]
    .toSorted(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))
    .map(([issue, sides]) => `${issue === null ? 'no issue' : `issue ${issue}`} ${sides.length}`);
  return [
    `${'id'.padEnd(9)}${'proven'.padEnd(8)}open`,
    ...rows,
    `${proven} of ${total} proven; open sides: ${perIssue.join(', ') || 'none'}`,
    `counted apart: ${apart.join(', ')}`,
  ].join('\n');
}

if (import.meta.main) {
  const root = path.resolve(import.meta.dirname, '../..');
  const [requirements, claims] = await Promise.all([readRequirements(root), readClaims(root)]);
  const standings = trace(requirements, claims);
  const lies = findFalseClaims(requirements, claims);
  const isJson = process.argv.includes('--json');
  process.stdout.write(`${isJson ? JSON.stringify(summarise(standings)) : table(standings, claims)}\n`);
  for (const lie of lies) process.stderr.write(`${lie}\n`);
  if (lies.length > 0) process.exitCode = 1;
}
