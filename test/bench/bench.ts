/** One measured quantity, with what it is compared with and what it should be. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly baseline: { readonly name: string; readonly p50: number; readonly p95: number } | null;
  /** p50 over the baseline's p50; null without a baseline. */
  readonly ratio: number | null;
  readonly target: string | null;
  readonly met: boolean | null;
}

export interface Target {
  /** In words, as the issue puts it. */
  readonly words: string;
  readonly of: 'p50' | 'p95' | 'ratio';
  readonly max: number;
}

export interface Bench {
  readonly name: string;
  readonly about: string;
  run(say: (line: string) => void): Promise<readonly Figure[]>;
}

/** The value below which the given share of the samples lies (nearest rank). Throws RangeError without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('No samples');
  return value;
}

const spread = (samples: readonly number[]) => ({ p50: percentile(samples, 0.5), p95: percentile(samples, 0.95) });

/** Sums samples up, compares them with a baseline of the same run, and says whether the target is met. */
export function figure(
  name: string,
  unit: string,
  samples: readonly number[],
  options: {
    readonly baseline?: { readonly name: string; readonly samples: readonly number[] };
    readonly target?: Target;
  } = {},
): Figure {
  const own = spread(samples);
  const baseline = options.baseline ? { name: options.baseline.name, ...spread(options.baseline.samples) } : null;
  const ratio = baseline === null || baseline.p50 === 0 ? null : own.p50 / baseline.p50;
  const { target } = options;
  const judged = target === undefined ? null : { p50: own.p50, p95: own.p95, ratio }[target.of];
  return {
    name,
    unit,
    count: samples.length,
    ...own,
    baseline,
    ratio,
    target: target?.words ?? null,
    met: judged === null || target === undefined ? null : judged <= target.max,
  };
}

const round = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1));

/** One line for people. */
export function describeFigure(each: Figure): string {
  const { name, unit, count, p50, p95, baseline, ratio, target, met } = each;
  const parts = [`${name}: p50 ${round(p50)}, p95 ${round(p95)} ${unit} (n=${count})`];
  if (baseline) parts.push(`${baseline.name} p50 ${round(baseline.p50)}, p95 ${round(baseline.p95)}`);
  if (ratio !== null) parts.push(`ratio ${ratio.toFixed(2)}`);
  if (target !== null) parts.push(`target ${target}: ${met ? 'met' : 'MISSED'}`);
  return parts.join(' | ');
}
