import type { CallView } from '../../preload/contract/models.ts';
import { assertNever } from '../../preload/contract/result.ts';

/** Where one call stands; the very words every surface renders. */
export type CallState = CallView['state'];

/** What can happen to a call: commands of the person first, then what the network says. */
export type CallEvent =
  'answer' | 'decline' | 'hang_up' | 'remote_rings' | 'media_early' | 'answered' | 'path_lost' | 'over';

/** What the phone must do when the move is made. The machine itself does nothing. */
export type CallEffect =
  | 'play_ringback'
  | 'stop_tone'
  | 'send_answer'
  | 'send_decline'
  | 'send_cancel'
  | 'send_bye'
  | 'close_media'
  | 'note_answer'
  | 'note_end';

export interface CallMove {
  readonly to: CallState;
  readonly effects: readonly CallEffect[];
}

/** A leaf of the table: where to, and what to do. */
const go = (to: CallState, ...effects: readonly CallEffect[]): CallMove => ({ to, effects });

const over = go('ended', 'stop_tone', 'close_media', 'note_end');
const cancel = go('ending', 'stop_tone', 'send_cancel', 'close_media');
const refuse = go('ending', 'stop_tone', 'send_decline', 'close_media');

/**
 * The whole life of one call. What is not in the table is not allowed: a command there is refused with `wrong_state`, an
 * event of the network is left out and reported (late and doubled SIP messages are ordinary, RFC 3261 17).
 *
 * dialling    --remote_rings--> ringing      play_ringback
 * dialling    --media_early-->  early_media  stop_tone
 * dialling    --answered-->     active       stop_tone note_answer
 * dialling    --hang_up-->      ending       stop_tone send_cancel close_media
 * dialling    --over-->         ended        stop_tone close_media note_end
 * ringing     --remote_rings--> ringing
 * ringing     --media_early-->  early_media  stop_tone
 * ringing     --answered-->     active       stop_tone note_answer
 * ringing     --hang_up-->      ending       stop_tone send_cancel close_media
 * ringing     --over-->         ended        stop_tone close_media note_end
 * early_media --remote_rings--> early_media
 * early_media --media_early-->  early_media
 * early_media --answered-->     active       stop_tone note_answer
 * early_media --hang_up-->      ending       stop_tone send_cancel close_media
 * early_media --over-->         ended        stop_tone close_media note_end
 * incoming    --answer-->       answering    stop_tone send_answer
 * incoming    --decline-->      ending       stop_tone send_decline close_media
 * incoming    --hang_up-->      ending       stop_tone send_decline close_media
 * incoming    --path_lost-->    ending       stop_tone send_decline close_media
 * incoming    --over-->         ended        stop_tone close_media note_end
 * answering   --answered-->     active       stop_tone note_answer
 * answering   --decline-->      ending       stop_tone send_decline close_media
 * answering   --hang_up-->      ending       stop_tone send_decline close_media
 * answering   --path_lost-->    ending       stop_tone send_decline close_media
 * answering   --over-->         ended        stop_tone close_media note_end
 * active      --hang_up-->      ending       stop_tone send_bye close_media
 * active      --path_lost-->    active
 * active      --over-->         ended        stop_tone close_media note_end
 * ending      --hang_up-->      ending
 * ending      --over-->         ended        stop_tone close_media note_end
 */
export const CALL_TABLE: Readonly<Record<CallState, Readonly<Partial<Record<CallEvent, CallMove>>>>> = {
  dialling: {
    remote_rings: go('ringing', 'play_ringback'),
    media_early: go('early_media', 'stop_tone'),
    answered: go('active', 'stop_tone', 'note_answer'),
    hang_up: cancel,
    over,
  },
  ringing: {
    remote_rings: go('ringing'),
    media_early: go('early_media', 'stop_tone'),
    answered: go('active', 'stop_tone', 'note_answer'),
    hang_up: cancel,
    over,
  },
  early_media: {
    remote_rings: go('early_media'),
    media_early: go('early_media'),
    answered: go('active', 'stop_tone', 'note_answer'),
    hang_up: cancel,
    over,
  },
  incoming: {
    answer: go('answering', 'stop_tone', 'send_answer'),
    decline: refuse,
    hang_up: refuse,
    path_lost: refuse,
    over,
  },
  answering: {
    answered: go('active', 'stop_tone', 'note_answer'),
    decline: refuse,
    hang_up: refuse,
    path_lost: refuse,
    over,
  },
  active: {
    hang_up: go('ending', 'stop_tone', 'send_bye', 'close_media'),
    path_lost: go('active'),
    over,
  },
  ending: { hang_up: go('ending'), over },
  ended: {},
};

/** The move for an event, or null where the table has none. */
export function moveCall(state: CallState, event: CallEvent): CallMove | null {
  return CALL_TABLE[state][event] ?? null;
}

/** The table as the lines of the diagram above, in the same order. */
export function drawCallTable(): string[] {
  return Object.entries(CALL_TABLE).flatMap(([from, moves]) =>
    Object.entries(moves).map(([event, move]) =>
      `${from.padEnd(11)} ${`--${event}-->`.padEnd(17)} ${move.to.padEnd(12)} ${move.effects.join(' ')}`.trimEnd(),
    ),
  );
}

// ---------------------------------------------------------------- hold

/** Our side of hold; the far side's is a plain fact beside it. */
export type LocalHold = 'off' | 'holding' | 'on' | 'resuming';
export type HoldEvent = 'hold' | 'resume' | 'done' | 'refused';

/** A hold is only shown as done when the peer took the offer (pitfall 25); a refusal leaves it where it was. */
const HOLD_TABLE: Readonly<Record<LocalHold, Readonly<Partial<Record<HoldEvent, LocalHold>>>>> = {
  off: { hold: 'holding' },
  holding: { done: 'on', refused: 'off' },
  on: { resume: 'resuming' },
  resuming: { done: 'off', refused: 'on' },
};

/** The next state of our hold, or null where the event means nothing there. */
export function moveHold(state: LocalHold, event: HoldEvent): LocalHold | null {
  return HOLD_TABLE[state][event] ?? null;
}

/** Hold as the view says it, from our side and whether the peer holds us. */
export function viewHold(local: LocalHold, heldByPeer: boolean): CallView['hold'] {
  switch (local) {
    case 'holding':
      return 'holding';
    case 'resuming':
      return 'resuming';
    case 'on':
      return heldByPeer ? 'both' : 'local';
    case 'off':
      return heldByPeer ? 'remote' : 'none';
    default:
      return assertNever(local);
  }
}
