import type * as z from 'zod';

/** What kind of promise a fault of shape breaks: each is a case of its own. */
export interface ShapeFaults {
  readonly shape: readonly string[];
  readonly money: readonly string[];
  readonly time: readonly string[];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path)
    at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return at;
}

const TIME_KEY = /(?:^|_)(?:at|of|time|from|to|until|on)$/;

function kindOf(issue: z.core.$ZodIssue, value: unknown): keyof ShapeFaults {
  const last = String(issue.path.at(-1) ?? '');
  const parent = valueAt(value, issue.path.slice(0, -1));
  const isAmount = typeof parent === 'object' && parent !== null && 'amount' in parent && 'currency' in parent;
  if (isAmount && (last === 'amount' || last === 'currency')) return 'money';
  const isFormat = issue.code === 'invalid_format';
  if (isFormat && (issue.format === 'datetime' || TIME_KEY.test(last))) return 'time';
  const found = valueAt(value, issue.path);
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof found === 'number') {
    return TIME_KEY.test(last) ? 'time' : 'money';
  }
  return 'shape';
}

/** Names the places only, never the values: they may be numbers of people or secrets. */
const placeOf = (issue: z.core.$ZodIssue): string =>
  `${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`;

/** Compares a value with its schema and sorts what is wrong. */
export function shapeFaults(schema: z.ZodType, value: unknown): ShapeFaults {
  const faults: Record<keyof ShapeFaults, string[]> = { shape: [], money: [], time: [] };
  const parsed = schema.safeParse(value);
  for (const issue of parsed.error?.issues ?? []) faults[kindOf(issue, value)].push(placeOf(issue));
  return faults;
}
