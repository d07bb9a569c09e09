import type { CallLogEntry, CallView } from '../../preload/contract/models.ts';
import { e164 } from '../../preload/contract/models.ts';
import { outcomeOf } from '../telephony/outcome.ts';

/** The history line for a call as it stands now. `accountId`: whose call it is. */
export function historyEntry(call: CallView, sipCallId: string | null, accountId: string): CallLogEntry {
  const outcome = outcomeOf(call);
  return {
    id: call.id,
    accountId,
    sipCallId,
    direction: call.direction,
    remote: call.remote,
    remoteE164: e164.safeParse(call.remote).success ? call.remote : null,
    remoteName: call.remoteName,
    ownNumber: call.ownNumber,
    startedAt: call.startedAt,
    answeredAt: call.answeredAt,
    endedAt: call.endedAt,
    outcome,
    reason: call.reason,
    sipCode: call.sipCode,
    isEmergency: call.isEmergency,
    cost: null,
    seen: outcome !== 'missed',
  };
}
