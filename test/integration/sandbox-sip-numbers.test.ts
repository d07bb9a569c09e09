import { beforeEach, describe, expect, test } from 'vitest';
import { device, NUMBERS } from '../support/fake-books.ts';
import { OFFER, sipRig, type SipRig } from '../support/sip-rig.ts';
import { answered, hangUp, refused, told } from '../support/sip-steps.ts';
import { until } from '../support/until.ts';

let rig: SipRig;

beforeEach(async () => {
  rig = await sipRig();
  return () => rig.close();
});

describe('special numbers', () => {
  test('echo rings, answers with WebRTC audio, and is booked once', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.echo, OFFER);
    await alice.response(100, dialog.callId);
    await alice.response(180, dialog.callId);
    const sdp = await answered(alice, dialog);
    for (const line of [
      'a=fingerprint:sha-256',
      'a=rtcp-mux',
      'a=setup:passive',
      'a=ice-lite',
      'a=rtpmap:111 opus/48000/2',
      'telephone-event/48000',
      'a=sendrecv',
    ]) {
      expect(sdp).toContain(line);
    }
    expect(rig.sip.liveCalls()).toMatchObject([
      { sipCallId: dialog.callId, state: 'answered', from: NUMBERS.alice, to: NUMBERS.echo },
    ]);
    await hangUp(alice, dialog);
    expect(told(rig.books.events)).toEqual(['admit a', 'answered a', 'ended a 200 caller_hung_up']);
    expect(rig.books.events[0]).toMatchObject({
      request: {
        sipCallId: dialog.callId,
        leg: 'a',
        direction: 'outbound',
        deviceId: 'dev-alice',
        from: NUMBERS.alice,
        to: NUMBERS.echo,
        emergency: false,
      },
    });
    expect(rig.sip.liveCalls()).toEqual([]);
  });

  test('echo rings as long as it is told to', async () => {
    await rig.close();
    rig = await sipRig({ ringMs: 1_000 });
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.echo, OFFER);
    await alice.response(180, dialog.callId);
    await until('the echo is ready', () => rig.sip.openResources().timers > 0);
    await rig.pass(999);
    expect(told(rig.books.events)).toEqual(['admit a']);
    await until('the answer', () => {
      rig.clock.advance(1);
      return rig.books.events.length > 1;
    });
    await answered(alice, dialog);
    await hangUp(alice, dialog);
  });

  test.each([
    [NUMBERS.busy, 486, 'busy'],
    [NUMBERS.rejected, 603, 'rejected'],
    [NUMBERS.noChannel, 503, 'failed'],
  ])('%s is refused with %d', async (number, status, cause) => {
    rig.books.admit = rig.books.admit.bind(rig.books);
    if (number === NUMBERS.noChannel) rig.books.refuse = undefined;
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(number, OFFER);
    await refused(alice, dialog, status);
    expect(told(rig.books.events)).toEqual(['admit a', `ended a ${status} ${cause}`]);
  });

  test.each([
    [NUMBERS.refusedNoChannel, 503, 'All 4 channels are in use'],
    [NUMBERS.refusedNoCredit, 402, 'Not enough credit'],
  ])('%s: books that refuse are quoted with %d and a Reason', async (number, status, text) => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(number, OFFER);
    expect(await refused(alice, dialog, status)).toBe(`SIP;cause=${status};text="${text}"`);
    expect(told(rig.books.events)).toEqual(['refuse a']);
  });

  test('an invalid number is 404 and no leg', async () => {
    const alice = await rig.registered('alice');
    for (const number of ['abc', '55555']) await refused(alice, await alice.invite(number, OFFER), 404);
    expect(told(rig.books.events)).toEqual([]);
  });

  test('no answer rings for a minute, then 480', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.noAnswer, OFFER);
    await alice.response(180, dialog.callId);
    await rig.pass(59_999);
    expect(told(rig.books.events)).toEqual(['admit a']);
    await rig.pass(1);
    await refused(alice, dialog, 480);
    expect(told(rig.books.events)).toEqual(['admit a', 'ended a 480 no_answer']);
  });

  test('no answer, cancelled: 200 to the CANCEL, 487 to the INVITE', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.noAnswer, OFFER);
    await alice.response(180, dialog.callId);
    alice.cancel(dialog);
    expect((await alice.response(200, dialog.callId)).header('cseq')).toContain('CANCEL');
    await refused(alice, dialog, 487);
    expect(told(rig.books.events)).toEqual(['admit a', 'ended a 487 cancelled']);
  });

  test('early media has SDP in the 183 and the same SDP in the 200', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.earlyMedia, OFFER);
    const early = await alice.response(183, dialog.callId);
    expect(early.body).toContain('PCMU/8000');
    expect(told(rig.books.events)).toEqual(['admit a']);
    await rig.pass(4_000);
    expect(await answered(alice, dialog)).toBe(early.body);
    await hangUp(alice, dialog);
    expect(told(rig.books.events)).toEqual(['admit a', 'answered a', 'ended a 200 caller_hung_up']);
  });

  test('no credit: told in early media, then 402 with the reason', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.noCredit, OFFER);
    rig.books.refuse = undefined;
    const first = await alice.next(
      (message) => message.header('call-id') === dialog.callId && message.status > 100,
      'an answer',
    );
    expect([183, 402]).toContain(first.status);
    if (first.status === 183) {
      await rig.pass(10_000);
      await refused(alice, dialog, 402);
    }
    expect(told(rig.books.events).at(-1)).toBe('ended a 402 refused');
  });

  test('any other number is answered by an announcement; one without usable SDP is 488', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite('+44 (20) 7946-0123', OFFER);
    await answered(alice, dialog);
    await hangUp(alice, dialog);
    expect(rig.books.events[0]).toMatchObject({ request: { to: '+442079460123' } });
    await refused(alice, await alice.invite('+442079460123', 'v=0\r\n'), 488);
    expect(told(rig.books.events)).toEqual([
      'admit a',
      'answered a',
      'ended a 200 caller_hung_up',
      'admit a',
      'ended a 488 failed',
    ]);
  });

  test('call me back: answered, hung up, and 5 s later the phone rings with the fixed number', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.callMeBack, OFFER);
    await answered(alice, dialog);
    await hangUp(alice, dialog);
    await rig.pass(4_999);
    expect(told(rig.books.events)).toEqual(['admit a', 'answered a', 'ended a 200 caller_hung_up']);
    await rig.pass(1);
    const invite = await alice.request('INVITE');
    expect(invite.start).toBe(`INVITE ${alice.contact} SIP/2.0`);
    expect(invite.header('from')).toContain('"Sandbox call back" <sip:+12025550142@');
    expect(invite.header('p-asserted-identity')).toContain('sip:+12025550142@');
    expect(rig.books.events.at(-1)).toMatchObject({
      request: {
        leg: 'b',
        direction: 'inbound',
        deviceId: 'dev-alice',
        from: '+12025550142',
        to: NUMBERS.alice,
        sipCallId: invite.header('call-id'),
      },
    });
    alice.reply(invite, 486, { toTag: 'busy' });
    await alice.request('ACK');
    await until('the leg is over', () => rig.books.openLegs === 0);
    expect(told(rig.books.events).slice(3)).toEqual(['admit b', 'ended b 486 busy']);
  });

  test('call me back that is cancelled before the answer does not call back', async () => {
    const alice = await rig.registered('alice');
    await rig.phone('bob');
    const dialog = await alice.invite(NUMBERS.noAnswer, OFFER);
    await alice.response(180, dialog.callId);
    alice.cancel(dialog);
    await refused(alice, dialog, 487);
    await rig.pass(10_000);
    expect(alice.unread.filter((message) => message.method === 'INVITE')).toEqual([]);
  });

  test('the call back is cancelled after a minute, and refused books stop it', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.callMeBack, OFFER);
    await answered(alice, dialog);
    await hangUp(alice, dialog);
    await rig.pass(5_000);
    const invite = await alice.request('INVITE');
    alice.reply(invite, 180, { toTag: 'ring' });
    await until('it rings', () => rig.sip.liveCalls().length > 0);
    await alice.ping();
    await rig.pass(60_000);
    const cancel = await alice.request('CANCEL');
    alice.reply(cancel, 200);
    alice.reply(invite, 487, { toTag: 'ring' });
    await alice.request('ACK');
    await until('the leg is over', () => rig.books.openLegs === 0);
    expect(told(rig.books.events).slice(3)).toEqual(['admit b', 'ended b 487 cancelled']);
  });
});

describe('emergency', () => {
  test('a registered phone is put through without a challenge, whatever the books say, and is never cut', async () => {
    rig.books.refuse = () => ({ kind: 'refused', sipCode: 403, reason: 'frozen' });
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.emergency, OFFER);
    await alice.response(183, dialog.callId);
    await answered(alice, dialog);
    await hangUp(alice, dialog);
    expect(dialog.cseq).toBe(2);
    expect(told(rig.books.events)).toEqual(['refuse a']);
    rig.log.length = 0;
  });

  test('an admitted one is marked as such, cannot be cut, and needs digest on a socket that never registered', async () => {
    const alice = await rig.phone('alice');
    const dialog = await alice.invite(NUMBERS.emergency, OFFER);
    expect(dialog.cseq).toBe(2);
    await answered(alice, dialog);
    const [admitted] = rig.books.events;
    expect(admitted).toMatchObject({ request: { emergency: true } });
    expect(rig.sip.endDialog('leg-1', { sipCode: 402, text: 'Balance used up' })).toBe(false);
    await hangUp(alice, dialog);
    expect(told(rig.books.events)).toEqual(['admit a', 'answered a', 'ended a 200 caller_hung_up']);
  });

  test('broken books do not stop it', async () => {
    rig.books.admit = () => {
      throw new Error('disk full');
    };
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.emergency, OFFER);
    await answered(alice, dialog);
    await hangUp(alice, dialog);
    await refused(alice, await alice.invite(NUMBERS.echo, OFFER), 503);
    expect(rig.log.filter((line) => line.level === 'error').map((line) => line.event)).toEqual([
      'sip.books_failed',
      'sip.books_failed',
    ]);
    rig.log.length = 0;
  });
});

describe('who calls', () => {
  test('INVITE is challenged with 407 of the one realm; wrong credentials are challenged again', async () => {
    const alice = await rig.phone('alice', { password: 'wrong' });
    const dialog = await alice.invite(NUMBERS.echo, OFFER);
    const again = await alice.response(407, dialog.callId);
    expect(again.header('proxy-authenticate')).toContain(`realm="${rig.books.realm}"`);
    alice.ackRefusal(dialog, again);
    expect(told(rig.books.events)).toEqual([]);
  });

  test('somebody else in From is 403', async () => {
    const alice = await rig.registered('alice');
    const dialog = await alice.invite(NUMBERS.echo, OFFER, { From: `<sip:bob@${rig.books.realm}>;tag=x` });
    await alice.response(403, dialog.callId);
    expect(told(rig.books.events)).toEqual([]);
  });

  test('the caller ID asked for is used when owned, else the first; the callee sees it asserted', async () => {
    rig.books.devices[0] = device('alice', [NUMBERS.alice, '+12025550199']);
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    for (const [asked, shown] of [
      ['+12025550199', '+12025550199'],
      ['+12025550777', NUMBERS.alice],
    ] as const) {
      const headers = { 'P-Preferred-Identity': `<sip:${asked}@x>`, 'P-Asserted-Identity': '<sip:+1999@evil>' };
      const dialog = await alice.invite(NUMBERS.bob, OFFER, headers);
      const invite = await bob.request('INVITE');
      expect(invite.headers.get('p-asserted-identity')).toEqual([`"alice" <sip:${shown}@${rig.books.realm}>`]);
      expect(invite.header('p-preferred-identity')).toBe('');
      expect(invite.header('proxy-authorization')).toBe('');
      bob.reply(invite, 603, { toTag: 'no' });
      await refused(alice, dialog, 603);
    }
  });
});
