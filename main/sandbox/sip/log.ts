/** What the telephone side tells. Fields hold no credential, no SDP and no full number. */
export type SipLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

/** A number as it may stand in a log: the last three digits. */
export function maskNumber(number: string): string {
  return number.length <= 4 ? number : `…${number.slice(-3)}`;
}

/** What an error may say in a log: where it came from, for a bug is to be found. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown';
}

/** Runs work that nobody waits for; a failure is a bug of ours and is logged as one. */
export function inBackground(log: SipLog, work: () => Promise<void>): void {
  work().catch((error: unknown) => log('error', 'sip.bug', { error: describeError(error) }));
}
