import { uriIn } from '../forward.ts';
import { parseCSeq, randomToken, tagOf, type SipRequest, type SipResponse } from '../message/message.ts';

/** The dialog as the agent's side sees it (RFC 3261 section 12). */
export interface AgentDialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From or To values without tags. */
  readonly localAor: string;
  readonly remoteAor: string;
  remoteTarget: string;
  readonly routes: readonly string[];
  localCSeq: number;
}

/** The dialog of an INVITE we were sent. */
export function dialogOfInvite(request: SipRequest): AgentDialog {
  const from = request.headers.get('from') ?? '';
  return {
    callId: request.headers.get('call-id') ?? '',
    localTag: randomToken(),
    remoteTag: tagOf(from) ?? '',
    localAor: `<${uriIn(request.headers.get('to'))}>`,
    remoteAor: `<${uriIn(from)}>`,
    remoteTarget: uriIn(request.headers.all('contact')[0]),
    routes: request.headers.all('record-route'),
    localCSeq: 0,
  };
}

/** The dialog of an INVITE of ours that was answered. */
export function dialogOfAnswer(invite: SipRequest, response: SipResponse, localTag: string): AgentDialog {
  const to = response.headers.get('to') ?? '';
  return {
    callId: invite.headers.get('call-id') ?? '',
    localTag,
    remoteTag: tagOf(to) ?? '',
    localAor: (invite.headers.get('from') ?? '').replace(/;\s*tag=[^;]*$/i, ''),
    remoteAor: `<${uriIn(to)}>`,
    remoteTarget: uriIn(response.headers.all('contact')[0]),
    routes: response.headers.all('record-route').toReversed(),
    localCSeq: parseCSeq(invite.headers.get('cseq'))?.number ?? 1,
  };
}
