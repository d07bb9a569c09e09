import type { Destination } from '../ports.ts';

/** A number with a behaviour of its own: what to dial to see one thing happen. */
export interface SpecialNumber {
  /** From a range of the numbering plan nobody can own. */
  readonly number: string;
  readonly shortCode: string;
  readonly label: string;
  readonly destination: Extract<
    Destination['kind'],
    | 'echo'
    | 'busy'
    | 'no_answer'
    | 'rejected'
    | 'early_media'
    | 'no_channel'
    | 'no_credit'
    | 'call_me_back'
    | 'announcement'
  >;
}

/** Every special number; all are rated as their prefix says, so the echo costs what a call within the country costs. */
export const SPECIAL_NUMBERS: readonly SpecialNumber[] = [
  { number: '+15005550001', shortCode: '*43', label: 'Echo', destination: 'echo' },
  { number: '+15005550002', shortCode: '*44', label: 'Busy', destination: 'busy' },
  { number: '+15005550003', shortCode: '*45', label: 'No answer', destination: 'no_answer' },
  { number: '+15005550004', shortCode: '*46', label: 'Rejected', destination: 'rejected' },
  { number: '+15005550005', shortCode: '*47', label: 'Early media', destination: 'early_media' },
  { number: '+15005550006', shortCode: '*48', label: 'No channel free', destination: 'no_channel' },
  { number: '+15005550007', shortCode: '*49', label: 'No credit', destination: 'no_credit' },
  { number: '+15005550008', shortCode: '*50', label: 'Calls you back in 5 seconds', destination: 'call_me_back' },
  { number: '+19005550199', shortCode: '*51', label: 'Premium rate', destination: 'announcement' },
];

/** Finds a special number by what was dialled: the E.164 number or the short code. */
export function findSpecial(dialled: string): SpecialNumber | undefined {
  return SPECIAL_NUMBERS.find((each) => each.number === dialled || each.shortCode === dialled);
}
