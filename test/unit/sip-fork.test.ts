import { describe, expect, test } from 'vitest';
import { Fork, groupByQ, GROUP_RING_MS, type ForkTarget } from '../../main/sandbox/sip/fork.ts';
import { copyRequest, newBranch, responseTo, type SipRequest } from '../../main/sandbox/sip/message/message.ts';
import { TIMER_C_MS, TRANSACTION_TIMEOUT_MS } from '../../main/sandbox/sip/timers.ts';
import { TransactionLayer } from '../../main/sandbox/sip/transactions/layer.ts';
import { FakeFlow, someRequest } from '../support/fake-flow.ts';
import { ManualClock } from '../support/manual-clock.ts';

function target(name: string, q = 1): ForkTarget & { readonly flow: FakeFlow } {
  return { flow: new FakeFlow(name), uri: `sip:${name}@h`, q, device: null, instanceId: null, regId: null };
}

function bench(targets: readonly (ForkTarget & { readonly flow: FakeFlow })[], method = 'INVITE') {
  const clock = new ManualClock();
  const layer = new TransactionLayer(clock, { onRequest: () => undefined, onAck: () => undefined });
  const heard: string[] = [];
  const request = someRequest(method);
  const fork = new Fork({
    layer,
    request,
    targets,
    forward: (to) => {
      const copy = copyRequest(request, { uri: to.uri });
      copy.headers.prepend('via', `SIP/2.0/WS proxy;branch=${newBranch()}`);
      return copy;
    },
    events: {
      onProvisional: (response, from) => heard.push(`${response.status} ${from.flow.id}`),
      onAnswered: (response, from) => heard.push(`${response.status} ${from.flow.id}`),
      onRefused: (response) => heard.push(`refused ${response.status}`),
    },
  });
  fork.start();
  const answer = (from: { readonly flow: FakeFlow }, status: number): void => {
    const sent = from.flow.sent.find(
      (message): message is SipRequest => message.kind === 'request' && message.method === method,
    );
    if (!sent) throw new Error(`${from.flow.id} was not asked`);
    layer.receive(responseTo(sent, status, { toTag: from.flow.id }), from.flow);
  };
  return { clock, layer, heard, fork, answer };
}

describe('a fork', () => {
  test('groups by q, the highest first', () => {
    const targets = [target('a', 0.5), target('b', 1), target('c', 0.5)];
    expect(groupByQ(targets).map((group) => group.map(({ flow }) => flow.id))).toEqual([['b'], ['a', 'c']]);
  });

  test('nobody to ask is 480', () => {
    expect(bench([]).heard).toEqual(['refused 480']);
  });

  test('the first 2xx wins; the others are cancelled with the reason; a second 2xx is told too', () => {
    const [a, b, c] = [target('a'), target('b'), target('c')];
    const { answer, heard } = bench([a, b, c]);
    for (const each of [a, b, c]) answer(each, 180);
    answer(a, 200);
    expect(b.flow.sent.at(-1)).toMatchObject({ method: 'CANCEL' });
    expect(b.flow.sent.at(-1)?.headers.get('reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
    answer(c, 200);
    answer(b, 487);
    expect(heard).toEqual(['180 a', '180 b', '180 c', '200 a', '200 c']);
  });

  test.each([
    [[486, 404, 503], 'refused 486'],
    [[503, 407, 486], 'refused 407'],
    [[500, 302, 404], 'refused 302'],
    [[408, 486], 'refused 486'],
    [[486, 603], 'refused 603'],
  ])('of %j it gives back %s', (statuses, expected) => {
    const targets = statuses.map((status) => target(`t${status}`));
    const { answer, heard } = bench(targets);
    for (const [i, status] of statuses.entries()) answer(targets[i]!, status);
    expect(heard).toEqual([expected]);
  });

  test('6xx cancels the rest and starts nobody new', () => {
    const [a, b, later] = [target('a'), target('b'), target('later', 0.1)];
    const { answer, heard } = bench([a, b, later]);
    answer(b, 180);
    answer(a, 603);
    expect(b.flow.words).toEqual(['INVITE', 'CANCEL']);
    answer(b, 487);
    expect([heard.at(-1), later.flow.words]).toEqual(['refused 603', []]);
  });

  test('cancel stops the search, also of contacts that have not been tried', () => {
    const [a, later] = [target('a'), target('later', 0.1)];
    const { answer, heard, fork } = bench([a, later]);
    answer(a, 180);
    fork.cancel();
    answer(a, 487);
    expect([heard.at(-1), later.flow.words]).toEqual(['refused 487', []]);
  });

  test('a group that only rings is given up after its time', () => {
    const [a, later] = [target('a'), target('later', 0.1)];
    const { answer, clock } = bench([a, later]);
    answer(a, 180);
    clock.advance(GROUP_RING_MS);
    expect(a.flow.words).toEqual(['INVITE', 'CANCEL']);
    answer(a, 487);
    expect(later.flow.words).toEqual(['INVITE']);
  });

  test('Timer C cancels a branch that rings for ever, each provisional sets it back', () => {
    const a = target('a');
    const { answer, clock, heard } = bench([a]);
    answer(a, 180);
    clock.advance(TIMER_C_MS - 1);
    answer(a, 180);
    clock.advance(TIMER_C_MS - 1);
    expect(a.flow.words).toEqual(['INVITE']);
    clock.advance(1);
    expect(a.flow.words).toEqual(['INVITE', 'CANCEL']);
    clock.advance(TRANSACTION_TIMEOUT_MS);
    expect(heard.at(-1)).toBe('refused 408');
    expect(clock.pending).toBe(0);
  });

  test('a lost flow counts as 430, and another branch may still answer', () => {
    const [a, b] = [target('a'), target('b')];
    const { layer, answer, heard } = bench([a, b]);
    layer.flowClosed(a.flow);
    expect(heard).toEqual([]);
    answer(b, 200);
    expect(heard).toEqual(['200 b']);
    const alone = target('alone');
    const second = bench([alone]);
    second.layer.flowClosed(alone.flow);
    expect(second.heard).toEqual(['refused 430']);
  });

  test('other methods are forked too, without CANCEL', () => {
    const [a, b] = [target('a'), target('b')];
    const { answer, heard } = bench([a, b], 'MESSAGE');
    answer(a, 200);
    expect([heard, b.flow.words]).toEqual([['200 a'], ['MESSAGE']]);
  });
});
