/** How much history an account is filled with. */
export interface FillPlan {
  /** Rows of usage, of every kind together. */
  readonly rows: number;
  /** The same seed, plan, profile and moment give the same rows. */
  readonly seed: number;
  /** How far back they reach. */
  readonly months: number;
}

const FILL_ROWS = { min: 1_000, max: 10_000_000 } as const;
const FILL_MONTHS = { min: 1, max: 60 } as const;
const DEFAULT_SEED = 1;
const DEFAULT_MONTHS = 12;

/** What of a fill was asked for, as text of a command line. */
export interface FillWords {
  readonly rows: string | undefined;
  readonly seed?: string | undefined;
  readonly months?: string | undefined;
}

const whole = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));
const within = (value: number, { min, max }: { readonly min: number; readonly max: number }): boolean =>
  Number.isInteger(value) && value >= min && value <= max;

/** Reads the words of a plan; a sentence where they make none, null where no fill was asked for. */
export function parseFillPlan({ rows, seed, months }: FillWords): FillPlan | string | null {
  if (rows === undefined) return seed === undefined && months === undefined ? null : '--fill says how many rows.';
  const plan = { rows: Number(rows), seed: whole(seed, DEFAULT_SEED), months: whole(months, DEFAULT_MONTHS) };
  if (!within(plan.rows, FILL_ROWS)) return `--fill takes ${FILL_ROWS.min} to ${FILL_ROWS.max} rows.`;
  if (!within(plan.seed, { min: 0, max: 2 ** 31 - 1 })) return '--seed takes a whole number.';
  if (!within(plan.months, FILL_MONTHS)) return `--months takes ${FILL_MONTHS.min} to ${FILL_MONTHS.max}.`;
  return plan;
}
