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
