import { beforeEach, describe, expect, test } from 'vitest';
import { NUMBERS, type BookEvent } from '../support/fake-books.ts';
import { tagIn, type ClientDialog, type SipClient } from '../support/sip-client.ts';
import { hangUp } from '../support/sip-steps.ts';
import { OFFER, sipRig, type SipRig } from '../support/sip-rig.ts';
import { until } from '../support/until.ts';

let rig: SipRig;

beforeEach(async () => {
  rig = await sipRig();
  return () => rig.close();
});

function endings(): Partial<BookEvent>[] {
  return rig.books.events.filter((event) => event.kind === 'ended');
}

/** A call of alice to bob that both have taken. */
async function talking(): Promise<{ alice: SipClient; bob: SipClient; hers: ClientDialog; his: ClientDialog }> {
  const [alice, bob] = [
    await rig.registered('alice', { instanceId: '<urn:uuid:a>' }),
    await rig.registered('bob', { instanceId: '<urn:uuid:b>' }),
  ];
  const hers = await alice.invite(NUMBERS.bob, OFFER);
  const invite = await bob.request('INVITE');
  bob.reply(invite, 200, { toTag: 'bobs', body: OFFER });
  alice.ackAnswer(hers, await alice.response(200, hers.callId));
  await bob.request('ACK');
  return { alice, bob, hers, his: bob.dialogOf(invite, 'bobs') };
}

/** A call of alice to the echo. */
async function echoing(): Promise<{ alice: SipClient; dialog: ClientDialog; sdp: string }> {
  const alice = await rig.registered('alice', { instanceId: '<urn:uuid:a>' });
  const dialog = await alice.invite(NUMBERS.echo, OFFER);
  const answer = await alice.response(200, dialog.callId);
  alice.ackAnswer(dialog, answer);
  return { alice, dialog, sdp: answer.body };
}

describe('inside a dialog between two phones', () => {
  test.each(['UPDATE', 'INFO', 'REFER', 'NOTIFY', 'MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'PRACK', 'FUTURE'])(
    '%s passes in both directions',
    async (method) => {
      const { alice, bob, hers, his } = await talking();
      const there = alice.inDialog(hers, method, {
        body: 'payload',
        headers: { 'Content-Type': 'text/x', 'X-Odd': 'kept' },
      });
      const received = await bob.request(method);
      expect([received.body, received.header('content-type'), received.header('x-odd')]).toEqual([
        'payload',
        'text/x',
        'kept',
      ]);
      expect(received.header('route')).toBe('');
      bob.reply(received, 202);
      expect((await alice.answerTo(hers, there)).status).toBe(202);
      const back = bob.inDialog(his, method);
      alice.reply(await alice.request(method), 405);
      expect((await bob.answerTo(his, back)).status).toBe(405);
      await hangUp(bob, his, alice);
    },
  );

  test('a re-INVITE is answered end to end, and its 491 or 488 does not end the call', async () => {
    const { alice, bob, hers, his } = await talking();
    const hold = OFFER.replace('sendrecv', 'sendonly');
    const first = alice.inDialog(hers, 'INVITE', { body: hold, headers: { 'Content-Type': 'application/sdp' } });
    const received = await bob.request('INVITE');
    expect(received.body).toBe(hold);
    bob.reply(received, 200, { body: OFFER.replace('sendrecv', 'recvonly') });
    const answer = await alice.answerTo(hers, first);
    expect(answer.body).toContain('a=recvonly');
    alice.ackAnswer(hers, answer);
    await bob.request('ACK');
    for (const status of [491, 488]) {
      const again = bob.inDialog(his, 'INVITE', { body: OFFER });
      alice.reply(await alice.request('INVITE'), status);
      expect((await bob.answerTo(his, again)).status).toBe(status);
      // The refusal is acknowledged hop by hop.
      await alice.request('ACK');
    }
    expect(rig.sip.liveCalls()).toHaveLength(1);
    await hangUp(alice, hers, bob);
  });

  test('a request of a dialog that is not there is 481, and so is one after the BYE', async () => {
    const { alice, bob, hers } = await talking();
    const stray = { ...hers, remoteTag: 'other' };
    expect((await alice.answerTo(stray, alice.inDialog(stray, 'INFO'))).status).toBe(481);
    hers.cseq = stray.cseq;
    await hangUp(alice, hers, bob);
    expect((await alice.answerTo(hers, alice.inDialog(hers, 'INFO'))).status).toBe(481);
  });

  test('somebody on another socket cannot hang up: without credentials 407, with those of another device 403', async () => {
    const { alice, bob, hers } = await talking();
    const mallory = await rig.phone('bob');
    const forged = mallory.inDialog({ ...hers }, 'BYE');
    const challenge = await mallory.answerTo(hers, forged);
    expect(challenge.status).toBe(407);
    const headers = {
      'Proxy-Authorization': mallory.authorize(challenge.header('proxy-authenticate'), 'BYE', hers.target),
    };
    const again = mallory.inDialog({ ...hers, cseq: hers.cseq + 1 }, 'BYE', { headers });
    expect((await mallory.answerTo(hers, again)).status).toBe(403);
    expect(rig.sip.liveCalls()).toHaveLength(1);
    await hangUp(alice, hers, bob);
  });
});

describe('cut by the provider', () => {
  test('both ends get a BYE with the reason, in the name of the other, and the books hear it once', async () => {
    const { alice, bob, hers } = await talking();
    const [legId] = rig.sip.liveCalls()[0]?.legIds ?? [];
    expect(rig.sip.endDialog(legId ?? '', { sipCode: 402, text: 'Balance used up' })).toBe(true);
    expect(endings()).toMatchObject([
      { sipCode: 200, cause: 'cut' },
      { sipCode: 200, cause: 'cut' },
    ]);
    const [toAlice, toBob] = [await alice.request('BYE'), await bob.request('BYE')];
    for (const bye of [toAlice, toBob]) expect(bye.header('reason')).toBe('SIP;cause=402;text="Balance used up"');
    expect(toAlice.start).toBe(`BYE ${alice.contact} SIP/2.0`);
    expect([tagIn(toAlice.header('from')), tagIn(toAlice.header('to'))]).toEqual(['bobs', hers.localTag]);
    expect([tagIn(toBob.header('from')), tagIn(toBob.header('to'))]).toEqual([hers.localTag, 'bobs']);
    expect(Number.parseInt(toBob.header('cseq'), 10)).toBeGreaterThan(hers.cseq);
    alice.reply(toAlice, 200);
    bob.reply(toBob, 481);
    expect(rig.sip.endDialog(legId ?? '', { sipCode: 402, text: 'again' })).toBe(false);
    expect(rig.sip.liveCalls()).toEqual([]);
  });

  test('a call to the echo is cut the same way', async () => {
    const { alice } = await echoing();
    rig.sip.endDialog('leg-1', { sipCode: 402, text: 'Balance used up' });
    const bye = await alice.request('BYE');
    alice.reply(bye, 200);
    await until('the echo is gone', () => rig.sip.openResources().agentCalls <= rig.sip.openResources().transactions);
    expect(endings()).toHaveLength(1);
  });

  test('a call that still rings is refused, and its callee cancelled', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    bob.reply(invite, 180, { toTag: 'b' });
    await alice.response(180, dialog.callId);
    rig.sip.endDialog('leg-1', { sipCode: 402, text: 'Balance used up' });
    const refusal = await alice.response(480, dialog.callId);
    expect(refusal.header('reason')).toContain('Balance used up');
    alice.ackRefusal(dialog, refusal);
    bob.reply(await bob.request('CANCEL'), 200);
    bob.reply(invite, 487, { toTag: 'b' });
    await bob.request('ACK');
    expect(endings()).toMatchObject([{ cause: 'cut', sipCode: 480 }, { cause: 'cut' }]);
  });

  test('a 200 that comes after the cut is acknowledged and hung up', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    rig.sip.endDialog('leg-1', { sipCode: 402, text: 'Balance used up' });
    alice.ackRefusal(dialog, await alice.response(480, dialog.callId));
    bob.reply(invite, 200, { toTag: 'b', body: OFFER });
    await bob.request('ACK');
    bob.reply(await bob.request('BYE'), 200);
    expect(rig.books.events.filter((event) => event.kind === 'answered')).toEqual([]);
    expect(alice.unread.filter((message) => message.status === 200)).toEqual([]);
  });
});

describe('when a socket is lost', () => {
  test('the caller while it rings: the callee is cancelled, the legs end', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    bob.reply(invite, 180, { toTag: 'b' });
    await alice.response(180, dialog.callId);
    alice.crash();
    bob.reply(await bob.request('CANCEL'), 200);
    bob.reply(invite, 487, { toTag: 'b' });
    await bob.request('ACK');
    await until('both legs are over', () => rig.books.openLegs === 0);
    expect(endings()).toMatchObject([
      { sipCode: 487, cause: 'connection_lost' },
      { sipCode: 487, cause: 'connection_lost' },
    ]);
  });

  test('the caller at the moment of the answer: the callee is hung up', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    alice.crash();
    await until('the socket is gone', () => rig.sip.openResources().sockets === 1);
    bob.reply(invite, 200, { toTag: 'b', body: OFFER });
    await bob.request('ACK');
    bob.reply(await bob.request('BYE'), 200);
    await until('both legs are over', () => rig.books.openLegs === 0);
    expect(rig.books.events.filter((event) => event.kind === 'answered')).toEqual([]);
  });

  test('the callee while it rings: the caller hears 480 at once', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    bob.reply(await bob.request('INVITE'), 180, { toTag: 'b' });
    await alice.response(180, dialog.callId);
    bob.crash();
    alice.ackRefusal(dialog, await alice.response(480, dialog.callId));
    expect(endings()).toMatchObject([{ cause: 'unreachable', sipCode: 480 }, { cause: 'unreachable' }]);
  });

  test('in a call, and back within 30 s on a new socket: the call goes on over it', async () => {
    const { alice, bob, hers, his } = await talking();
    alice.crash();
    await until('the socket is gone', () => rig.sip.openResources().sockets === 1);
    // Meanwhile the other side is told that nobody listens, but keeps its call.
    expect((await bob.answerTo(his, bob.inDialog(his, 'INFO'))).status).toBe(480);
    await rig.pass(20_000);
    await alice.connect();
    expect((await alice.register()).status).toBe(200);
    const info = bob.inDialog(his, 'INFO');
    alice.reply(await alice.request('INFO'), 200);
    expect((await bob.answerTo(his, info)).status).toBe(200);
    const again = alice.inDialog(hers, 'INVITE', { body: OFFER });
    bob.reply(await bob.request('INVITE'), 200, { body: OFFER });
    alice.ackAnswer(hers, await alice.answerTo(hers, again));
    await bob.request('ACK');
    await rig.pass(60_000);
    expect(rig.sip.liveCalls()).toHaveLength(1);
    await hangUp(bob, his, alice);
    expect(endings()).toMatchObject([{ cause: 'callee_hung_up' }, { cause: 'callee_hung_up' }]);
  });

  test('back on a new socket before it registered: digest proves the party', async () => {
    const { alice, bob, hers } = await talking();
    alice.crash();
    await alice.connect();
    const challenge = await alice.answerTo(hers, alice.inDialog(hers, 'INFO'));
    expect(challenge.status).toBe(407);
    const headers = {
      'Proxy-Authorization': alice.authorize(challenge.header('proxy-authenticate'), 'INFO', hers.target),
    };
    const info = alice.inDialog(hers, 'INFO', { headers });
    bob.reply(await bob.request('INFO'), 200);
    expect((await alice.answerTo(hers, info)).status).toBe(200);
    await hangUp(alice, hers, bob);
  });

  test('a restarted client that registers but has no call any more: both ends are hung up after 30 s', async () => {
    const { alice, bob } = await talking();
    alice.crash();
    await alice.connect();
    await alice.register();
    await rig.pass(30_000);
    expect((await bob.request('BYE')).header('reason')).toContain('lost its connection');
    alice.reply(await alice.request('BYE'), 481);
    expect(endings()).toMatchObject([{ cause: 'connection_lost', sipCode: 200 }, { cause: 'connection_lost' }]);
  });

  test('never back: the other end gets a BYE after 30 s; a BYE of its own before that is answered 200', async () => {
    const first = await talking();
    first.alice.crash();
    await until('the socket is gone', () => rig.sip.openResources().sockets === 1);
    expect((await first.bob.answerTo(first.his, first.bob.inDialog(first.his, 'BYE'))).status).toBe(200);
    expect(endings()).toHaveLength(2);
    await first.bob.close();
    const second = await talking();
    second.bob.crash();
    await until('the socket is gone', () => rig.sip.openResources().sockets === 1);
    await rig.pass(29_999);
    expect(endings()).toHaveLength(2);
    await rig.pass(1);
    second.alice.reply(await second.alice.request('BYE'), 200);
    expect(endings()).toHaveLength(4);
  });

  test('an echo call of a phone that never comes back ends after 30 s', async () => {
    const { alice } = await echoing();
    alice.crash();
    await until('the socket is gone', () => rig.sip.openResources().sockets === 0);
    await rig.pass(30_000);
    expect(endings()).toMatchObject([{ cause: 'connection_lost', sipCode: 200 }]);
  });
});

describe('without an ACK', () => {
  test('the 200 is repeated, and after 32 s both ends are hung up', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.echo, OFFER);
    const answer = await alice.response(200, dialog.callId);
    await rig.pass(500);
    await alice.response(200, dialog.callId);
    await rig.pass(32_000);
    const bye = await alice.request('BYE');
    expect(tagIn(bye.header('from'))).toBe(tagIn(answer.header('to')));
    alice.reply(bye, 200);
    expect(endings()).toMatchObject([{ cause: 'no_ack', sipCode: 200 }]);
  });

  test('between two phones the callee gets ACK and BYE', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    bob.reply(await bob.request('INVITE'), 200, { toTag: 'b', body: OFFER });
    await alice.response(200, dialog.callId);
    await rig.pass(32_000);
    await bob.request('ACK');
    bob.reply(await bob.request('BYE'), 200);
    alice.reply(await alice.request('BYE'), 200);
    expect(endings()).toHaveLength(2);
  });
});

describe('the agent in a call', () => {
  test.each([
    ['sendonly', 'recvonly'],
    ['inactive', 'inactive'],
    ['recvonly', 'sendonly'],
    ['sendrecv', 'sendrecv'],
  ])('answers a re-INVITE with %s by %s', async (offered, answered) => {
    const { alice, dialog } = await echoing();
    const cseq = alice.inDialog(dialog, 'INVITE', {
      body: OFFER.replace('sendrecv', offered),
      headers: { 'Content-Type': 'application/sdp' },
    });
    const answer = await alice.answerTo(dialog, cseq);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain(`a=${answered}`);
    alice.ackAnswer(dialog, answer);
    await hangUp(alice, dialog);
  });

  test('answers an ICE restart with new credentials, also after a hold, by INVITE and by UPDATE', async () => {
    const { alice, dialog, sdp } = await echoing();
    const ufrag = (text: string): string => /a=ice-ufrag:(\S+)/.exec(text)?.[1] ?? '';
    const seen = [ufrag(sdp)];
    for (const [i, method] of ['INVITE', 'UPDATE', 'INVITE'].entries()) {
      const held = alice.inDialog(dialog, 'UPDATE', {
        body: OFFER.replace('sendrecv', 'inactive'),
        headers: { 'Content-Type': 'application/sdp' },
      });
      await alice.answerTo(dialog, held);
      const body = OFFER.replace('7Yra', `new${i}`).replace('Y7JZ3', `pass${i}`);
      const cseq = alice.inDialog(dialog, method, { body, headers: { 'Content-Type': 'application/sdp' } });
      const answer = await alice.answerTo(dialog, cseq);
      if (method === 'INVITE') alice.ackAnswer(dialog, answer);
      expect(seen).not.toContain(ufrag(answer.body));
      seen.push(ufrag(answer.body));
    }
    await hangUp(alice, dialog);
  });

  test('refuses what it cannot meet and stays in the call', async () => {
    const { alice, dialog } = await echoing();
    const ask = async (method: string, type: string, body: string): Promise<number> =>
      (
        await alice.answerTo(
          dialog,
          alice.inDialog(dialog, method, { body, headers: type === '' ? {} : { 'Content-Type': type } }),
        )
      ).status;
    expect(await ask('INVITE', 'application/sdp', 'v=0\r\nnonsense')).toBe(488);
    expect(await ask('INVITE', 'text/plain', 'hello')).toBe(415);
    expect(await ask('INFO', 'text/plain', 'hello')).toBe(415);
    expect(await ask('REFER', '', '')).toBe(603);
    expect(await ask('PRACK', '', '')).toBe(501);
    expect(await ask('UPDATE', '', '')).toBe(200);
    expect(await ask('OPTIONS', '', '')).toBe(200);
    expect(await ask('INFO', 'application/dtmf-relay', 'Signal=5\r\nDuration=100')).toBe(200);
    expect(rig.log.filter((line) => line.event === 'sip.digit')).toMatchObject([{ fields: { way: 'info' } }]);
    expect(rig.sip.liveCalls()).toHaveLength(1);
    await hangUp(alice, dialog);
  });
});

test('closing the server hangs up every call, tells the books, and leaves nothing open', async () => {
  const { alice, bob } = await talking();
  const dialog = await alice.invite(NUMBERS.noAnswer, OFFER);
  await alice.response(180, dialog.callId);
  await rig.sip.close();
  for (const phone of [alice, bob]) expect((await phone.request('BYE')).header('reason')).toContain('503');
  await alice.response(480, dialog.callId);
  expect(endings()).toMatchObject([{ cause: 'shutdown' }, { cause: 'shutdown' }, { cause: 'shutdown', sipCode: 480 }]);
});
