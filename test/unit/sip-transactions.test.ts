import { describe, expect, test } from 'vitest';
import { responseTo, topVia, type SipRequest, type SipResponse } from '../../main/sandbox/sip/message/message.ts';
import { TRANSACTION_TIMEOUT_MS } from '../../main/sandbox/sip/timers.ts';
import { TransactionLayer } from '../../main/sandbox/sip/transactions/layer.ts';
import type { ServerTransaction } from '../../main/sandbox/sip/transactions/server.ts';
import { FakeFlow, someRequest } from '../support/fake-flow.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { turns } from '../support/until.ts';

interface Bench {
  readonly clock: ManualClock;
  readonly flow: FakeFlow;
  readonly layer: TransactionLayer;
  readonly asked: ServerTransaction[];
  readonly acks: SipRequest[];
}

function bench(): Bench {
  const [clock, flow] = [new ManualClock(), new FakeFlow()];
  const [asked, acks] = [[] as ServerTransaction[], [] as SipRequest[]];
  const layer = new TransactionLayer(clock, {
    onRequest: (_request, transaction) => asked.push(transaction),
    onAck: (request) => acks.push(request),
  });
  return { clock, flow, layer, asked, acks };
}

/** The server side: a request has come. */
function taken(method: string): Bench & { readonly request: SipRequest; readonly transaction: ServerTransaction } {
  const all = bench();
  const request = someRequest(method);
  all.layer.receive(request, all.flow);
  return { ...all, request, transaction: all.asked[0]! };
}

/** The client side: a request was sent. */
function sent(method: string): Bench & {
  request: SipRequest;
  heard: string[];
  answer: (status: number, toTag?: string) => void;
  client: ReturnType<TransactionLayer['send']>;
} {
  const all = bench();
  const request = someRequest(method);
  const heard: string[] = [];
  const client = all.layer.send(all.flow, request, {
    onResponse: ({ status }: SipResponse) => heard.push(String(status)),
    onFailure: (failure) => heard.push(failure),
  });
  const answer = (status: number, toTag = 'to'): void =>
    all.layer.receive(responseTo(request, status, { toTag }), all.flow);
  return { ...all, request, heard, answer, client };
}

describe('a server transaction', () => {
  test('an INVITE is asked once; its repetition gets the last answer again', () => {
    const { layer, flow, request, transaction, asked } = taken('INVITE');
    layer.receive(request, flow);
    expect(flow.words).toEqual([]);
    transaction.respond(responseTo(request, 180));
    layer.receive(request, flow);
    expect([asked.length, flow.words]).toEqual([1, ['180', '180']]);
  });

  test('a refusal is repeated until its ACK, which nobody else sees', () => {
    const { layer, flow, request, transaction, acks } = taken('INVITE');
    transaction.respond(responseTo(request, 486));
    transaction.respond(responseTo(request, 200));
    layer.receive(request, flow);
    expect(flow.words).toEqual(['486', '486']);
    layer.receive(someRequest('ACK', { branch: topVia(request)?.branch ?? '' }), flow);
    expect([acks.length, layer.size]).toEqual([0, 0]);
  });

  test('a refusal without ACK ends after 64 T1', () => {
    const { clock, layer, request, transaction } = taken('INVITE');
    transaction.respond(responseTo(request, 486));
    clock.advance(TRANSACTION_TIMEOUT_MS - 1);
    expect(layer.size).toBe(1);
    clock.advance(1);
    expect(layer.size).toBe(0);
  });

  test('after a 2xx more 2xx pass, a repeated INVITE is absorbed, the ACK goes to the user', () => {
    const { clock, layer, flow, request, transaction, acks } = taken('INVITE');
    transaction.respond(responseTo(request, 200));
    transaction.respond(responseTo(request, 200));
    transaction.respond(responseTo(request, 486));
    layer.receive(request, flow);
    expect(flow.words).toEqual(['200', '200']);
    layer.receive(someRequest('ACK'), flow);
    expect(acks).toHaveLength(1);
    clock.advance(TRANSACTION_TIMEOUT_MS);
    expect(layer.size).toBe(0);
  });

  test('CANCEL is answered and told while the INVITE is open, and only answered after that', () => {
    const { layer, flow, request, transaction } = taken('INVITE');
    let cancelled = 0;
    transaction.onCancel = () => {
      cancelled += 1;
    };
    const cancel = (): void => layer.receive(someRequest('CANCEL', { branch: topVia(request)?.branch ?? '' }), flow);
    cancel();
    transaction.respond(responseTo(request, 200));
    cancel();
    expect([cancelled, flow.words]).toEqual([1, ['200', '200', '200']]);
    layer.receive(someRequest('CANCEL'), flow);
    expect(flow.words.at(-1)).toBe('481');
  });

  test('another flow cannot cancel or acknowledge', () => {
    const { layer, request, transaction, acks } = taken('INVITE');
    const other = new FakeFlow('other');
    let cancelled = 0;
    transaction.onCancel = () => {
      cancelled += 1;
    };
    const branch = topVia(request)?.branch ?? '';
    layer.receive(someRequest('CANCEL', { branch }), other);
    expect([cancelled, other.words]).toEqual([0, ['481']]);
    transaction.respond(responseTo(request, 486));
    layer.receive(someRequest('ACK', { branch }), other);
    expect([acks.length, transaction.state]).toEqual([1, 'completed']);
  });

  test('another method is over with its answer', () => {
    const { layer, request, transaction, flow } = taken('INFO');
    transaction.respond(responseTo(request, 200));
    expect([layer.size, flow.words]).toEqual([0, ['200']]);
  });

  test('a lost flow is told once, while open', () => {
    const { layer, flow, transaction } = taken('INVITE');
    let lost = 0;
    transaction.onFlowLost = () => {
      lost += 1;
    };
    layer.flowClosed(flow);
    layer.flowClosed(flow);
    expect([lost, layer.size]).toEqual([1, 0]);
  });
});

describe('a client transaction', () => {
  test('INVITE refused: told once, acknowledged with the same branch and the To of the answer', () => {
    const { flow, heard, answer, request, layer } = sent('INVITE');
    answer(100);
    answer(180);
    answer(486, 'busy');
    answer(486, 'busy');
    expect(heard).toEqual(['100', '180', '486']);
    const ack = flow.sent[1] as SipRequest;
    expect(flow.words).toEqual(['INVITE', 'ACK']);
    expect([topVia(ack)?.branch, ack.headers.get('to'), ack.headers.get('cseq')]).toEqual([
      topVia(request)?.branch,
      '<sip:b@h>;tag=busy',
      '1 ACK',
    ]);
    expect(layer.size).toBe(0);
  });

  test('INVITE accepted: every 2xx is told, for 64 T1', () => {
    const { clock, flow, heard, answer, layer } = sent('INVITE');
    answer(200, 'one');
    answer(200, 'two');
    answer(486);
    expect([heard, flow.words]).toEqual([['200', '200'], ['INVITE']]);
    clock.advance(TRANSACTION_TIMEOUT_MS);
    expect([layer.size, heard.length]).toEqual([0, 2]);
  });

  test('silence ends after 64 T1; a provisional INVITE may ring on', () => {
    const silent = sent('INVITE');
    silent.clock.advance(TRANSACTION_TIMEOUT_MS);
    expect(silent.heard).toEqual(['timeout']);
    const ringing = sent('INVITE');
    ringing.answer(180);
    ringing.clock.advance(TRANSACTION_TIMEOUT_MS * 5);
    expect(ringing.heard).toEqual(['180']);
    const info = sent('INFO');
    info.answer(100);
    info.clock.advance(TRANSACTION_TIMEOUT_MS);
    expect(info.heard).toEqual(['100', 'timeout']);
  });

  test('CANCEL waits for the first provisional, is sent once, and silence after it ends the transaction', () => {
    const { clock, flow, heard, answer, client } = sent('INVITE');
    client.cancel('SIP;cause=200');
    client.cancel('again');
    expect(flow.words).toEqual(['INVITE']);
    answer(180);
    answer(180);
    expect(flow.words).toEqual(['INVITE', 'CANCEL']);
    expect(flow.sent[1]?.headers.get('reason')).toBe('SIP;cause=200');
    clock.advance(TRANSACTION_TIMEOUT_MS);
    expect(heard).toEqual(['180', '180', 'timeout']);
  });

  test('CANCEL of what is answered does nothing', () => {
    const { flow, answer, client } = sent('INVITE');
    answer(200);
    client.cancel();
    expect(flow.words).toEqual(['INVITE']);
  });

  test('a closed flow fails in a later turn, a lost one at once; an answer from elsewhere is dropped', async () => {
    const { layer, flow, request, heard } = sent('INFO');
    layer.receive(responseTo(request, 200), new FakeFlow('forger'));
    expect(heard).toEqual([]);
    layer.flowClosed(flow);
    expect(heard).toEqual(['flow_lost']);
    flow.open = false;
    layer.send(flow, someRequest('INFO'), { onResponse: () => undefined, onFailure: (failure) => heard.push(failure) });
    expect(heard).toHaveLength(1);
    await turns(1);
    expect(heard).toEqual(['flow_lost', 'flow_lost']);
  });

  test('dispose stops all timers and tells nobody', () => {
    const { clock, layer, heard } = sent('INVITE');
    layer.dispose();
    expect([clock.pending, layer.size, heard]).toEqual([0, 0, []]);
  });
});
