import { SipHeaders } from '../message/headers.ts';
import { ALLOWED_METHODS, newBranch, randomToken, type SipRequest, type SipResponse } from '../message/message.ts';
import { inBackground } from '../log.ts';
import type { MediaSession } from '../media/session.ts';
import type { AgentCall } from './agent-call.ts';
import { dialogOfAnswer } from './agent-dialog.ts';

export interface CallBackPlan {
  /** Where the INVITE goes: the account's user. */
  readonly uri: string;
  /** The number that was called, as the To header says it. */
  readonly to: string;
  /** A name-addr. */
  readonly from: string;
  /** Spoken when answered, before the echo. */
  readonly welcome: readonly Buffer[];
  readonly ringMs: number;
  /** Leaves the offer to the called side: the INVITE has no SDP. */
  readonly delayedOffer: boolean;
}

function inviteOf(call: AgentCall, plan: CallBackPlan, localTag: string, body: string): SipRequest {
  const headers = new SipHeaders([
    ['Via', `SIP/2.0/WS agent.invalid;branch=${newBranch()}`],
    ['Max-Forwards', '70'],
    ['From', `${plan.from};tag=${localTag}`],
    ['To', `<${plan.to}>`],
    ['Call-ID', randomToken(16)],
    ['CSeq', '1 INVITE'],
    ['Contact', `<${call.deps.contact}>`],
    ['Allow', ALLOWED_METHODS],
  ]);
  if (body !== '') headers.add('Content-Type', 'application/sdp');
  return { kind: 'request', method: 'INVITE', uri: plan.uri, headers, body };
}

/** The call was taken: acknowledges it, and starts its media unless this is the same 200 again. */
async function taken(
  call: AgentCall,
  media: MediaSession,
  plan: CallBackPlan,
  invite: SipRequest,
  response: SipResponse,
  localTag: string,
): Promise<void> {
  const repeated = call.state === 'confirmed';
  if (!repeated) call.setDialog(dialogOfAnswer(invite, response, localTag));
  call.confirm();
  if (plan.delayedOffer) {
    if (repeated) return;
    // The 200 carries the offer; an ACK without an answer acknowledges it all the same (RFC 3261 section 13.2.2.4).
    const answer = (await call.negotiate(response.body)) ?? '';
    call.deps.toProxy.send(call.request('ACK', 1, answer));
    greet(call, plan, answer !== '');
    return;
  }
  call.deps.toProxy.send(call.request('ACK', 1));
  if (repeated) return;
  greet(call, plan, await media.accept(response.body).catch(() => false));
}

/** Speaks the welcome and becomes an echo; without media there is nothing to speak on. */
function greet(call: AgentCall, plan: CallBackPlan, accepted: boolean): void {
  if (!accepted) call.hangUp();
  else {
    const echo = (): void => call.play({ kind: 'echo' });
    call.play({ kind: 'announcement', frames: plan.welcome, times: 1, pauseMs: 0, onDone: echo });
  }
}

/** Places a call of the sandbox's own: rings so long, speaks its welcome when answered, and is an echo from then on. */
export async function placeCall(call: AgentCall, plan: CallBackPlan): Promise<void> {
  const { layer, log, toProxy } = call.deps;
  const localTag = randomToken();
  const media = call.openMedia('pcmu');
  const invite = inviteOf(call, plan, localTag, plan.delayedOffer ? '' : await media.offer());
  if (call.state === 'over') return;
  const transaction = layer.send(toProxy, invite, {
    onResponse: (response) => {
      if (response.status < 200) return;
      if (response.status < 300) inBackground(log, () => taken(call, media, plan, invite, response, localTag));
      else {
        log('info', 'sip.call_back_refused', { status: response.status });
        call.finish();
      }
    },
    onFailure: () => call.finish(),
  });
  call.after(plan.ringMs, () => transaction.cancel());
}
