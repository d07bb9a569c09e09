import { expect } from 'vitest';
import type { BookEvent } from './fake-books.ts';
import type { ClientDialog, SipClient } from './sip-client.ts';

/** What the books were told, in short: "admit a", "answered a", "ended a 200 caller_hung_up". */
export function told(events: readonly BookEvent[]): string[] {
  const legOf = (legId: string): string => {
    for (const event of events) if (event.kind === 'admit' && event.legId === legId) return event.request.leg;
    return '?';
  };
  return events.map((event) => {
    if (event.kind === 'ended') return `ended ${legOf(event.legId)} ${event.sipCode} ${event.cause}`;
    return `${event.kind} ${event.kind === 'answered' ? legOf(event.legId) : event.request.leg}`;
  });
}

/** Waits for this refusal and acknowledges it; gives its Reason. */
export async function refused(phone: SipClient, dialog: ClientDialog, status: number): Promise<string> {
  const refusal = await phone.response(status, dialog.callId);
  phone.ackRefusal(dialog, refusal);
  return refusal.header('reason');
}

/** Waits for the 200 and acknowledges it; gives its SDP. */
export async function answered(phone: SipClient, dialog: ClientDialog): Promise<string> {
  const answer = await phone.response(200, dialog.callId);
  phone.ackAnswer(dialog, answer);
  return answer.body;
}

/** Ends a call; `other` is the scripted phone at its far end, where there is one. */
export async function hangUp(phone: SipClient, dialog: ClientDialog, other?: SipClient): Promise<void> {
  const cseq = phone.inDialog(dialog, 'BYE');
  if (other) other.reply(await other.request('BYE'), 200);
  expect((await phone.answerTo(dialog, cseq)).status).toBe(200);
}
