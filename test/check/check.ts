/** One thing found wrong: where, and what in words. `line` is 1-based; null where a file as a whole is meant. */
export interface Offence {
  readonly file: string;
  readonly line: number | null;
  readonly says: string;
}

/** One check of `npm run check`. It finds; it changes nothing. */
export interface Check {
  readonly name: string;
  /** `root` is the checkout. Resolves with every offence; rejects only when the check itself cannot run. */
  run(root: string): Promise<readonly Offence[]>;
}

/** `file:line says`, as editors and terminals make it clickable. */
export function describe(offence: Offence): string {
  const place = offence.line === null ? offence.file : `${offence.file}:${offence.line}`;
  return `${place} ${offence.says}`;
}
