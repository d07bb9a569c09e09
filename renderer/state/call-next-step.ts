import type { CallNextStep } from '../telephony/reason-ids.ts';
import { REASONS } from '../telephony/reason-ids.ts';
import { isReasonId } from '../telephony/reasons.ts';

/** What the person can do after a call ended for this reason; 'none' for an id the phone does not know. */
export function callNextStep(reason: string | null): CallNextStep {
  return reason !== null && isReasonId(reason) ? REASONS[reason] : 'none';
}
