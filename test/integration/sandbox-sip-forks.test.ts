import { beforeEach, describe, expect, test } from 'vitest';
import { NUMBERS } from '../support/fake-books.ts';
import { tagIn } from '../support/sip-client.ts';
import { OFFER, sipRig, type SipRig } from '../support/sip-rig.ts';
import { answered, refused, told } from '../support/sip-steps.ts';
import { turns } from '../support/until.ts';

let rig: SipRig;

beforeEach(async () => {
  rig = await sipRig();
  return () => rig.close();
});

describe('between two phones', () => {
  test('the INVITE goes to the registered contact, SDP untouched; both legs are booked', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    expect(invite.start).toBe(`INVITE ${bob.contact} SIP/2.0`);
    expect(invite.body).toBe(OFFER);
    expect(invite.header('record-route')).toContain(';lr');
    expect(invite.header('max-forwards')).toBe('68');
    bob.reply(invite, 180, { toTag: 'b' });
    const answer = OFFER.replace('actpass', 'active');
    bob.reply(invite, 200, { toTag: 'b', body: answer });
    await alice.response(180, dialog.callId);
    expect(await answered(alice, dialog)).toBe(answer);
    await bob.request('ACK');
    expect(told(rig.books.events)).toEqual(['admit a', 'admit b', 'answered a', 'answered b']);
    expect(rig.books.events[1]).toMatchObject({
      request: { leg: 'b', direction: 'inbound', deviceId: 'dev-bob', from: NUMBERS.alice, to: NUMBERS.bob },
    });

    const bobs = bob.dialogOf(invite, 'b');
    const bye = bob.inDialog(bobs, 'BYE');
    const received = await alice.request('BYE');
    alice.reply(received, 200);
    expect((await bob.answerTo(bobs, bye)).status).toBe(200);
    expect(told(rig.books.events).slice(4)).toEqual(['ended a 200 callee_hung_up', 'ended b 200 callee_hung_up']);
  });

  test('nobody registered is 480; the own flow does not ring itself', async () => {
    const alice = await rig.registered('alice');
    await refused(alice, await alice.invite(NUMBERS.bob, OFFER), 480);
    await refused(alice, await alice.invite(NUMBERS.alice, OFFER), 480);
    expect(told(rig.books.events)).toEqual([
      'admit a',
      'ended a 480 unreachable',
      'admit a',
      'ended a 480 unreachable',
    ]);
  });

  test('a refused second leg ends the first', async () => {
    const alice = await rig.registered('alice');
    await rig.registered('bob');
    rig.books.refuse = (leg) =>
      leg.leg === 'b' ? { kind: 'refused', sipCode: 486, reason: 'Bob has no channel' } : undefined;
    expect(await refused(alice, await alice.invite(NUMBERS.bob, OFFER), 486)).toContain('Bob has no channel');
    expect(told(rig.books.events)).toEqual(['admit a', 'refuse b', 'ended a 486 refused']);
  });

  test('two devices of one user ring; the loser is cancelled as answered elsewhere; early SDP is kept back', async () => {
    const alice = await rig.registered('alice');
    const [one, two] = [await rig.registered('bob'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const [first, second] = [await one.request('INVITE'), await two.request('INVITE')];
    one.reply(first, 183, { toTag: 'one', body: OFFER });
    two.reply(second, 180, { toTag: 'two' });
    const early = await alice.response(183, dialog.callId);
    expect([early.body, early.header('content-type')]).toEqual(['', '']);
    await alice.response(180, dialog.callId);
    two.reply(second, 200, { toTag: 'two', body: OFFER });
    const cancel = await one.request('CANCEL');
    expect(cancel.header('reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
    one.reply(cancel, 200);
    one.reply(first, 487, { toTag: 'one' });
    await one.request('ACK');
    await answered(alice, dialog);
    expect(dialog.remoteTag).toBe('two');
    await two.request('ACK');
    expect(told(rig.books.events)).toEqual(['admit a', 'admit b', 'answered a', 'answered b']);
    const bye = alice.inDialog(dialog, 'BYE');
    two.reply(await two.request('BYE'), 200);
    await alice.answerTo(dialog, bye);
  });

  test('a lower q rings only after the higher has refused; the best refusal goes back', async () => {
    const alice = await rig.registered('alice');
    const [low, high] = [await rig.registered('bob', { q: 0.2 }), await rig.registered('bob', { q: 0.9 })];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const first = await high.request('INVITE');
    await turns();
    expect(low.unread).toEqual([]);
    high.reply(first, 486, { toTag: 'h' });
    low.reply(await low.request('INVITE'), 500, { toTag: 'l' });
    await refused(alice, dialog, 486);
    expect(told(rig.books.events).slice(2)).toEqual(['ended a 486 busy', 'ended b 486 busy']);
  });

  test('a higher q that only rings gives way after 20 s', async () => {
    const alice = await rig.registered('alice');
    const [low, high] = [await rig.registered('bob', { q: 0.2 }), await rig.registered('bob', { q: 0.9 })];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const first = await high.request('INVITE');
    high.reply(first, 180, { toTag: 'h' });
    await alice.response(180, dialog.callId);
    await rig.pass(20_000);
    high.reply(await high.request('CANCEL'), 200);
    high.reply(first, 487, { toTag: 'h' });
    low.reply(await low.request('INVITE'), 603, { toTag: 'l' });
    await refused(alice, dialog, 603);
    expect(told(rig.books.events).slice(2)).toEqual(['ended a 603 rejected', 'ended b 603 rejected']);
  });

  test('603 of one device stops the others', async () => {
    const alice = await rig.registered('alice');
    const [one, two] = [await rig.registered('bob'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const [first, second] = [await one.request('INVITE'), await two.request('INVITE')];
    two.reply(second, 180, { toTag: 'two' });
    await alice.response(180, dialog.callId);
    one.reply(first, 603, { toTag: 'one' });
    two.reply(await two.request('CANCEL'), 200);
    two.reply(second, 487, { toTag: 'two' });
    await refused(alice, dialog, 603);
    expect(told(rig.books.events).slice(2)).toEqual(['ended a 603 rejected', 'ended b 603 rejected']);
  });

  test('CANCEL carries its Reason to the callee', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    // A CANCEL waits for the first provisional (RFC 3261 section 9.1).
    alice.cancel(dialog, 'SIP;cause=487;text="gone"');
    await alice.response(200, dialog.callId);
    expect(bob.unread).toEqual([]);
    bob.reply(invite, 180, { toTag: 'b' });
    const cancel = await bob.request('CANCEL');
    expect(cancel.header('reason')).toContain('gone');
    bob.reply(cancel, 200);
    bob.reply(invite, 487, { toTag: 'b' });
    await refused(alice, dialog, 487);
    expect(tagIn(invite.header('from'))).toBe(dialog.localTag);
    expect(told(rig.books.events).slice(2)).toEqual(['ended a 487 cancelled', 'ended b 487 cancelled']);
  });

  test('a 200 that crosses the CANCEL is passed on, and the call is one', async () => {
    const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    const invite = await bob.request('INVITE');
    bob.reply(invite, 180, { toTag: 'b' });
    await alice.response(180, dialog.callId);
    alice.cancel(dialog);
    const cancel = await bob.request('CANCEL');
    bob.reply(invite, 200, { toTag: 'b', body: OFFER });
    bob.reply(cancel, 200);
    const answer = await alice.next(
      (message) => message.status === 200 && message.header('cseq').endsWith('INVITE'),
      '200 to INVITE',
    );
    alice.ackAnswer(dialog, answer);
    await bob.request('ACK');
    const bye = alice.inDialog(dialog, 'BYE');
    bob.reply(await bob.request('BYE'), 200);
    await alice.answerTo(dialog, bye);
    expect(told(rig.books.events).slice(2)).toEqual([
      'answered a',
      'answered b',
      'ended a 200 caller_hung_up',
      'ended b 200 caller_hung_up',
    ]);
  });

  test('a callee that never says a word times out after 32 s', async () => {
    const alice = await rig.registered('alice');
    const bob = await rig.registered('bob');
    const dialog = await alice.invite(NUMBERS.bob, OFFER);
    await bob.request('INVITE');
    await rig.pass(32_000);
    await refused(alice, dialog, 408);
    expect(told(rig.books.events).slice(2)).toEqual(['ended a 408 no_answer', 'ended b 408 no_answer']);
  });
});
