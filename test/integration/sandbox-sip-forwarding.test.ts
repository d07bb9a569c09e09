import { beforeEach, describe, expect, test } from 'vitest';
import type { BookEvent } from '../support/fake-books.ts';
import { NUMBERS } from '../support/fake-books.ts';
import type { SipClient } from '../support/sip-client.ts';
import { OFFER, sipRig, type SipRig } from '../support/sip-rig.ts';
import { answered, hangUp, refused, told } from '../support/sip-steps.ts';
import { until } from '../support/until.ts';

const ABROAD = '+442079460123';
const OUTSIDE = '+12025550142';

let rig: SipRig;
beforeEach(async () => {
  rig = await sipRig();
  return () => rig.close();
});

/** The legs the books admitted, in order: "b inbound dev-bob", "b outbound forwarded". */
function legs(): string[] {
  return rig.books.events.flatMap((event: BookEvent) => {
    if (event.kind !== 'admit') return [];
    const { leg, direction, deviceId, forwarded } = event.request;
    return [`${leg} ${direction} ${forwarded === true ? 'forwarded' : (deviceId ?? 'nobody')}`];
  });
}

/** Alice is called from outside in 5 s: the way to get an inbound call. */
async function calledFromOutside(alice: SipClient): Promise<void> {
  const dialog = await alice.invite(NUMBERS.callMeBack, OFFER);
  await answered(alice, dialog);
  await hangUp(alice, dialog);
  rig.books.events.length = 0;
  await rig.pass(5_000);
}

describe('[SIPUS-12 P] a number that is forwarded', () => {
  test('always: the call of a colleague goes on at once; its device does not ring; three legs are booked and end', async () => {
    rig.books.forwarding.set(NUMBERS.bob, { to: ABROAD, when: 'always' });
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    await answered(alice, dialog);
    expect(legs()).toEqual(['a outbound dev-alice', 'b inbound nobody', 'b outbound forwarded']);
    expect(rig.books.events[2]).toMatchObject({ request: { from: NUMBERS.bob, to: ABROAD, onNet: false } });
    expect(bob.unread.filter(({ method }) => method === 'INVITE')).toEqual([]);
    await hangUp(alice, dialog);
    expect(told(rig.books.events).slice(-3)).toEqual([
      'ended a 200 caller_hung_up',
      'ended b 200 caller_hung_up',
      'ended b 200 caller_hung_up',
    ]);
  });

  test('always: a call from outside is put through to the outside, and both legs end with it', async () => {
    const alice = await rig.registered('alice');
    rig.books.forwarding.set(NUMBERS.alice, { to: ABROAD, when: 'always' });
    await calledFromOutside(alice);
    await until(
      'both legs are answered',
      () => told(rig.books.events).filter((line) => line === 'answered b').length === 2,
    );
    expect(legs()).toEqual(['b inbound nobody', 'b outbound forwarded']);
    expect(rig.books.events[0]).toMatchObject({ request: { from: OUTSIDE, to: NUMBERS.alice } });
    expect(rig.sip.endDialog('leg-2', { sipCode: 402, text: 'Balance used up' })).toBe(true);
    expect(told(rig.books.events).slice(-2)).toEqual(['ended b 200 cut', 'ended b 200 cut']);
    expect(alice.unread.filter(({ method }) => method === 'INVITE')).toEqual([]);
  });

  test('always, with no channel for its second leg: it cannot complete, and the first is released', async () => {
    rig.books.forwarding.set(NUMBERS.bob, { to: ABROAD, when: 'always' });
    rig.books.refuse = (leg) =>
      leg.forwarded === true
        ? { kind: 'refused', sipCode: 503, reason: 'All 3 channels in use', q850Cause: 34 }
        : undefined;
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    expect(await refused(alice, dialog, 503)).toContain('All 3 channels in use');
    expect(told(rig.books.events)).toEqual([
      'admit a',
      'admit b',
      'refuse b',
      'ended a 503 refused',
      'ended b 503 refused',
    ]);
  });

  test('on busy: the device rings first; its 486 sends the call on, a decline does not', async () => {
    rig.books.forwarding.set(NUMBERS.bob, { to: ABROAD, when: 'busy' });
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const declined = await alice.invite(NUMBERS.bob, OFFER);
    bob.reply(await bob.request('INVITE'), 603, { toTag: 'no' });
    await refused(alice, declined, 603);
    expect(legs()).toEqual(['a outbound dev-alice', 'b inbound dev-bob']);
    rig.books.events.length = 0;
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    bob.reply(await bob.request('INVITE'), 486, { toTag: 'busy' });
    await answered(alice, dialog);
    expect(legs()).toEqual(['a outbound dev-alice', 'b inbound dev-bob', 'b outbound forwarded']);
    await hangUp(alice, dialog);
  });

  test('on no answer: after 20 s of ringing the device is cancelled and the call goes on', async () => {
    rig.books.forwarding.set(NUMBERS.bob, { to: ABROAD, when: 'no_answer' });
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    bob.reply(invite, 180, { toTag: 'ring' });
    await alice.response(180, dialog.callId);
    await rig.pass(19_999);
    expect(bob.unread.filter(({ method }) => method === 'CANCEL')).toEqual([]);
    await rig.pass(1);
    bob.reply(await bob.request('CANCEL'), 200);
    bob.reply(invite, 487, { toTag: 'ring' });
    await answered(alice, dialog);
    expect(legs().at(-1)).toBe('b outbound forwarded');
    await hangUp(alice, dialog);
  });

  test('on no answer: somebody who is not there is not waited for; a caller who gives up is not forwarded', async () => {
    rig.books.forwarding.set(NUMBERS.bob, { to: ABROAD, when: 'no_answer' });
    const alice = await rig.registered('alice');
    const away = await alice.invite(NUMBERS.bob, OFFER);
    await answered(alice, away);
    await hangUp(alice, away);
    rig.books.events.length = 0;
    const bob = await rig.registered('bob');
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    bob.reply(invite, 180, { toTag: 'ring' });
    await alice.response(180, dialog.callId);
    alice.cancel(dialog);
    bob.reply(await bob.request('CANCEL'), 200);
    bob.reply(invite, 487, { toTag: 'ring' });
    await refused(alice, dialog, 487);
    expect(legs()).toEqual(['a outbound dev-alice', 'b inbound dev-bob']);
  });

  test('to a colleague: their device rings, on net; never to an emergency number', async () => {
    rig.books.forwarding.set(NUMBERS.alice, { to: NUMBERS.bob, when: 'always' });
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    await calledFromOutside(alice);
    const invite = await bob.request('INVITE');
    expect(rig.books.events.at(-1)).toMatchObject({ request: { forwarded: true, onNet: true, to: NUMBERS.bob } });
    bob.reply(invite, 603, { toTag: 'no' });
    await until('the legs are over', () => rig.books.openLegs === 0);
    rig.books.forwarding.set(NUMBERS.bob, { to: NUMBERS.emergency, when: 'always' });
    await refused(alice, await alice.invite(NUMBERS.bob, OFFER), 480);
    expect(legs()).not.toContain(NUMBERS.emergency);
  });
});

describe('what a call carries, learnt from its SDP', () => {
  const video = `${OFFER}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n`;

  test('[SCS-12 P] the codec of the answer reaches the books with the answer', async () => {
    const alice = await rig.registered('alice');
    const opus = await alice.invite(NUMBERS.echo, OFFER);
    await answered(alice, opus);
    await hangUp(alice, opus);
    const law = await alice.invite(ABROAD, OFFER);
    await answered(alice, law);
    await hangUp(alice, law);
    expect(rig.books.carried).toEqual([
      { legId: 'leg-1', media: { media: 'audio', codec: 'OPUS' } },
      { legId: 'leg-2', media: { media: 'audio', codec: 'PCMU' } },
    ]);
  });

  test('[SCS-11 P] a call that turns into a video call is told once for each leg', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    bob.reply(invite, 200, { toTag: 'bobs', body: OFFER });
    await answered(alice, dialog);
    await bob.request('ACK');
    expect(rig.books.events[0]).toMatchObject({ request: { onNet: true, media: 'audio' } });
    for (const body of [video, video]) {
      const cseq = alice.inDialog(dialog, 'INVITE', { body, headers: { 'Content-Type': 'application/sdp' } });
      bob.reply(await bob.request('INVITE'), 200, { body: video });
      expect((await alice.answerTo(dialog, cseq)).status).toBe(200);
    }
    expect(rig.books.carried.map(({ legId, media }) => `${legId} ${media.media}`)).toEqual([
      'leg-1 audio',
      'leg-2 audio',
      'leg-1 video',
      'leg-2 video',
    ]);
    await hangUp(alice, dialog, bob);
  });

  test('an offer with video, and one of T.38, are told before the call is admitted', async () => {
    const alice = await rig.registered('alice');
    const fax = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=image 49170 udptl t38\r\n';
    await refused(alice, await alice.invite(ABROAD, fax), 488);
    await refused(alice, await alice.invite(ABROAD, video), 488);
    expect(rig.books.events.flatMap((event) => (event.kind === 'admit' ? [event.request.media] : []))).toEqual([
      'fax',
      'video',
    ]);
  });
});

describe('bad days on request', () => {
  test('REGISTER is refused with the status asked for, though the password is right', async () => {
    rig.faults.registerStatus = 503;
    const alice = await rig.phone('alice');
    expect((await alice.register()).status).toBe(503);
    rig.faults.registerStatus = null;
    expect((await alice.register()).status).toBe(200);
  });

  test('challenges name another realm while that is asked for', async () => {
    rig.faults.wrongRealm = true;
    const alice = await rig.phone('alice');
    const refusal = await alice.register();
    expect(refusal.status).toBe(401);
    expect(refusal.header('www-authenticate')).toContain('realm="elsewhere.invalid"');
  });

  test('a special number answers late', async () => {
    rig.faults.answerDelayMs = 10_000;
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(ABROAD, OFFER);
    await alice.response(180, dialog.callId);
    await rig.pass(9_999);
    expect(rig.sip.liveCalls()).toMatchObject([{ state: 'ringing' }]);
    await rig.pass(1);
    await answered(alice, dialog);
    await hangUp(alice, dialog);
  });

  test('a call back without an offer: the 200 offers and the ACK answers; a 488 ends it', async () => {
    rig.faults.delayedOffer = true;
    const alice = await rig.registered('alice');
    await calledFromOutside(alice);
    const invite = await alice.request('INVITE');
    expect([invite.body, invite.header('content-type')]).toEqual(['', '']);
    alice.reply(invite, 200, { toTag: 'mine', body: OFFER });
    const ack = await alice.request('ACK');
    expect(ack.body).toContain('m=audio');
    await hangUp(alice, alice.dialogOf(invite, 'mine'));
    await calledFromOutside(alice);
    alice.reply(await alice.request('INVITE'), 488, { toTag: 'no' });
    await alice.request('ACK');
    await until('the legs are over', () => rig.books.openLegs === 0);
  });

  test('an INVITE of a phone without an offer is refused with 488', async () => {
    const alice = await rig.registered('alice');
    await refused(alice, await alice.invite(NUMBERS.echo, ''), 488);
    expect(told(rig.books.events)).toEqual(['admit a', 'ended a 488 failed']);
  });

  test('a call with Replaces takes over another of the echo, which is hung up; an unknown one is 481', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const first = await alice.invite(NUMBERS.echo, OFFER);
    const answer = await alice.response(200, first.callId);
    alice.ackAnswer(first, answer);
    const tags = `to-tag=${/tag=([^;]+)/.exec(answer.header('to'))?.[1]};from-tag=${/tag=([^;]+)/.exec(answer.header('from'))?.[1]}`;
    await refused(bob, await bob.invite(NUMBERS.echo, OFFER, { Replaces: `nobody@x;${tags}` }), 481);
    const taken = await bob.invite(NUMBERS.echo, OFFER, { Replaces: `${first.callId};${tags}` });
    await answered(bob, taken);
    alice.reply(await alice.request('BYE'), 200);
    expect(rig.sip.liveCalls().map((call) => call.sipCallId)).toEqual([taken.callId]);
    await hangUp(bob, taken);
  });
});
