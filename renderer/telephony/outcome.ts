import type { CallLogEntry, CallView } from '../../preload/contract/models.ts';
import type { ReasonId } from './reason-ids.ts';

const LOST: ReadonlySet<string> = new Set<ReasonId>(['connection_lost', 'media_lost']);

const OURS: ReadonlySet<string> = new Set<ReasonId>(['cancelled', 'hung_up', 'phone_moved']);

/** How history names the end of a call; null while it goes on. */
export function outcomeOf(call: CallView): CallLogEntry['outcome'] {
  if (call.state !== 'ended') return null;
  if (call.answeredAt !== null) return call.reason !== null && LOST.has(call.reason) ? 'lost' : 'answered';
  if (call.reason === 'answered_elsewhere') return 'answered_elsewhere';
  if (call.direction === 'incoming') return call.reason === 'declined' ? 'declined' : 'missed';
  return call.reason !== null && OURS.has(call.reason) ? 'cancelled' : 'failed';
}
