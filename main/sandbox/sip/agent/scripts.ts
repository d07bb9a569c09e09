import type { AnnouncementName, Announcements } from '../media/announcements.ts';
import type { Source } from '../media/session.ts';
import { inBackground } from '../log.ts';
import { Q850_NO_CHANNEL } from '../../ports.ts';
import { q850ReasonHeader, reasonHeader, responseTo, type SipRequest } from '../message/message.ts';
import type { ServerTransaction } from '../transactions/server.ts';
import type { AgentCall } from './agent-call.ts';
import type { AgentTimings } from './timings.ts';

export interface ScriptContext {
  readonly call: AgentCall;
  readonly request: SipRequest;
  readonly transaction: ServerTransaction;
  readonly announcements: Announcements;
  readonly timings: AgentTimings;
  /** A slow far end: every answer comes so much later. */
  readonly answerDelayMs: number;
  readonly callBackLater: () => void;
}

function refuse(
  { call, request, transaction }: ScriptContext,
  status: number,
  text?: string,
  q850Cause?: number,
): void {
  const response = call.dialogResponse(request, status);
  if (text !== undefined) response.headers.add('Reason', reasonHeader(status, text));
  if (text !== undefined && q850Cause !== undefined) response.headers.add('Reason', q850ReasonHeader(q850Cause, text));
  transaction.respond(response);
  call.finish();
}

function ring({ call, request, transaction }: ScriptContext): void {
  transaction.respond(call.dialogResponse(request, 180));
}

/** Prepares the media and its answer; calls `onReady` with the SDP, or refuses the call (488). */
function prepare(context: ScriptContext, codecs: 'any' | 'pcmu', onReady: (sdp: string) => void): void {
  const { call, request } = context;
  if (!/^application\/sdp\b/i.test(request.headers.get('content-type') ?? '')) {
    context.transaction.respond(
      responseTo(request, request.body === '' ? 488 : 415, { headers: [['Accept', 'application/sdp']] }),
    );
    call.finish();
    return;
  }
  call.openMedia(codecs);
  inBackground(call.deps.log, async () => {
    const sdp = await call.negotiate(request.body);
    if (call.state !== 'early') return;
    if (sdp === undefined) refuse(context, 488);
    else if (context.answerDelayMs === 0) onReady(sdp);
    else {
      ring(context);
      call.after(context.answerDelayMs, () => onReady(sdp));
    }
  });
}

function answer({ call, request, transaction }: ScriptContext, sdp: string): void {
  call.accept(transaction, call.dialogResponse(request, 200, sdp));
}

function early({ call, request, transaction }: ScriptContext, sdp: string): void {
  transaction.respond(call.dialogResponse(request, 183, sdp));
}

function spoken(context: ScriptContext, name: AnnouncementName, times: number | null, onDone?: () => void): Source {
  const { announcements, timings } = context;
  const pauseMs = times === 1 ? 0 : timings.announcementPauseMs;
  return { kind: 'announcement', frames: announcements[name], times, pauseMs, ...(onDone ? { onDone } : {}) };
}

/** Rings while the media is made ready, so that neither waits for the other. */
function echo(context: ScriptContext): void {
  const { call, timings } = context;
  const ringUntilMs = call.deps.clock.now() + timings.ringMs;
  ring(context);
  prepare(context, 'any', (sdp) => {
    const take = (): void => {
      answer(context, sdp);
      call.play({ kind: 'echo' });
    };
    const leftMs = ringUntilMs - call.deps.clock.now();
    if (leftMs <= 0) take();
    else call.after(leftMs, take);
  });
}

/** Takes a call over from another dialog of ours: answered at once, an echo from then on. */
export function takeOver(context: ScriptContext, onTaken: () => void): void {
  prepare(context, 'any', (sdp) => {
    answer(context, sdp);
    context.call.play({ kind: 'echo' });
    onTaken();
  });
}

function noAnswer(context: ScriptContext): void {
  ring(context);
  context.call.after(context.timings.noAnswerMs, () => refuse(context, 480));
}

function earlyMedia(context: ScriptContext): void {
  const { call, timings } = context;
  prepare(context, 'pcmu', (sdp) => {
    early(context, sdp);
    call.play(spoken(context, 'sandbox', null));
    call.after(timings.earlyMediaMs, () => {
      answer(context, sdp);
      call.play({ kind: 'echo' });
    });
  });
}

function announcement(context: ScriptContext): void {
  const { call, timings } = context;
  prepare(context, 'pcmu', (sdp) => {
    answer(context, sdp);
    call.play(spoken(context, 'sandbox', timings.announcementTimes, () => call.hangUp()));
  });
}

/** Nobody hangs up on an emergency call but its caller. */
function emergency(context: ScriptContext): void {
  prepare(context, 'pcmu', (sdp) => {
    early(context, sdp);
    answer(context, sdp);
    context.call.play(spoken(context, 'emergency', null));
  });
}

function callMeBack(context: ScriptContext): void {
  const { call } = context;
  prepare(context, 'pcmu', (sdp) => {
    call.onEnd = context.callBackLater;
    answer(context, sdp);
    call.play(spoken(context, 'call-back', 1, () => call.hangUp()));
  });
}

/** Says why in early media, as networks do, then refuses; without usable SDP it refuses at once. */
function noCredit(context: ScriptContext): void {
  const { call } = context;
  const end = (): void => refuse(context, 402, 'Not enough credit');
  call.openMedia('pcmu');
  inBackground(call.deps.log, async () => {
    const sdp = await call.negotiate(context.request.body);
    if (call.state !== 'early') return;
    if (sdp === undefined) {
      end();
      return;
    }
    early(context, sdp);
    call.play(spoken(context, 'no-credit', 1, end));
    // Media may never connect; the refusal comes all the same.
    call.after(context.timings.announcementPauseMs + 8_000, end);
  });
}

const SCRIPTS: Readonly<Record<string, (context: ScriptContext) => void>> = {
  echo,
  busy: (context) => refuse(context, 486),
  rejected: (context) => refuse(context, 603),
  no_answer: noAnswer,
  early_media: earlyMedia,
  no_channel: (context) => refuse(context, 503, 'No channel is free', Q850_NO_CHANNEL),
  no_credit: noCredit,
  call_me_back: callMeBack,
  emergency,
  announcement,
};

/** Plays a special number's part on a new call; a name that is none is refused with 404. */
export function runScript(name: string, context: ScriptContext): void {
  const script = Object.hasOwn(SCRIPTS, name) ? SCRIPTS[name] : undefined;
  if (script) script(context);
  else refuse(context, 404);
}
