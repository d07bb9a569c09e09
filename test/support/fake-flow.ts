import type { Flow } from '../../main/sandbox/sip/flow.ts';
import type { SipMessage, SipRequest } from '../../main/sandbox/sip/message/message.ts';
import { SipHeaders } from '../../main/sandbox/sip/message/headers.ts';
import { newBranch } from '../../main/sandbox/sip/message/message.ts';

/** A flow that keeps what is sent on it. */
export class FakeFlow implements Flow {
  readonly id: string;
  readonly kind = 'socket';
  readonly remoteAddress = '192.0.2.1';
  open = true;
  readonly sent: SipMessage[] = [];

  constructor(id = 'fake') {
    this.id = id;
  }

  send(message: SipMessage): boolean {
    if (this.open) this.sent.push(message);
    return this.open;
  }

  /** What was sent, in short: methods and statuses. */
  get words(): string[] {
    return this.sent.map((message) => (message.kind === 'request' ? message.method : String(message.status)));
  }
}

/** A request with all it must have. */
export function someRequest(
  method: string,
  changes: { branch?: string; cseq?: number; toTag?: string } = {},
): SipRequest {
  const headers = new SipHeaders([
    ['Via', `SIP/2.0/WS test.invalid;branch=${changes.branch ?? newBranch()}`],
    ['Max-Forwards', '70'],
    ['From', '<sip:a@h>;tag=from'],
    ['To', changes.toTag === undefined ? '<sip:b@h>' : `<sip:b@h>;tag=${changes.toTag}`],
    ['Call-ID', 'call'],
    ['CSeq', `${changes.cseq ?? 1} ${method}`],
  ]);
  return { kind: 'request', method, uri: 'sip:b@h', headers, body: '' };
}
