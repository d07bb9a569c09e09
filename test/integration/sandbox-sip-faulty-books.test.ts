import { expect, test } from 'vitest';
import { NUMBERS } from '../support/fake-books.ts';
import { OFFER, sipRig } from '../support/sip-rig.ts';
import { refused, told } from '../support/sip-steps.ts';

const broken = (): never => {
  throw new Error('disk full');
};

test('books that fail once a leg is booked leave neither the leg nor the caller waiting', async () => {
  const rig = await sipRig();
  const alice = await rig.registered('alice');
  Object.assign(rig.books, { devicesOfUser: broken });
  await refused(alice, await alice.invite(NUMBERS.bob, OFFER), 500);
  expect(told(rig.books.events)).toEqual(['admit a', 'ended a 500 failed']);
  expect(rig.log.filter(({ level }) => level === 'error').map(({ event }) => event)).toEqual(['sip.bug']);
  rig.log.length = 0;
  await rig.close();
});

test('books that fail while a call is being forwarded end it as refused', async () => {
  const rig = await sipRig();
  rig.books.forwarding.set(NUMBERS.bob, { to: '+442079460123', when: 'busy' });
  const [alice, bob] = [await rig.registered('alice'), await rig.registered('bob')];
  const dialog = await alice.invite(NUMBERS.bob, OFFER);
  const invite = await bob.request('INVITE');
  Object.assign(rig.books, { destination: broken });
  bob.reply(invite, 486, { toTag: 'busy' });
  await refused(alice, dialog, 500);
  expect(told(rig.books.events).slice(2)).toEqual(['ended a 500 refused', 'ended b 500 refused']);
  rig.log.length = 0;
  await rig.close();
});
