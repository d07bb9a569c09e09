import { OWN_TONE_HZ, PEER_TONE_HZ, PEER_USER } from '../support/live/bed.ts';
import type { Listener } from '../support/page/listener.ts';
import type { RawPhone } from '../support/page/raw-phone.ts';
import { hasTone, isSilent } from '../support/tones.ts';
import { expect, test } from './fixtures.ts';

declare const rawPhone: RawPhone;
declare const testListener: Listener;

const TONES = [OWN_TONE_HZ, PEER_TONE_HZ];

test('the bed itself: JsSIP as it comes registers, calls through the proxy and the relay, and both tones arrive', async ({
  bed,
  rawPage,
}) => {
  await rawPage.evaluate((account) => rawPhone.register(account), bed.account);
  await rawPage.evaluate((target) => rawPhone.dial(target), `sip:${PEER_USER}@${bed.account.domain}`);

  const weHear = () => rawPage.evaluate((tones) => testListener.hear(tones), TONES);
  const peerHears = () => bed.peer.hear(200, TONES);
  const relayHears = () => bed.hearRelayed(200, TONES);
  const arrives = async (hear: typeof weHear, hz: number) => hasTone(await hear(), hz);
  const silence = async (hear: typeof weHear) => isSilent(await hear());
  await expect.poll(() => arrives(weHear, PEER_TONE_HZ), 'we hear the peer').toBe(true);
  await expect.poll(() => arrives(peerHears, OWN_TONE_HZ), 'the peer hears us').toBe(true);

  await expect.poll(() => arrives(relayHears, OWN_TONE_HZ), 'the relay hears us').toBe(true);

  await rawPage.evaluate(() => rawPhone.mute(true));
  await expect.poll(() => silence(peerHears), 'muted').toBe(true);
  expect(await arrives(weHear, PEER_TONE_HZ)).toBe(true);
  await rawPage.evaluate(() => rawPhone.mute(false));
  await expect.poll(() => arrives(peerHears, OWN_TONE_HZ), 'unmuted').toBe(true);

  await rawPage.evaluate(() => rawPhone.hold(true));
  await expect.poll(() => silence(weHear), 'held: nothing of the peer').toBe(true);
  await expect.poll(() => silence(relayHears), 'held: nothing of us').toBe(true);
  await rawPage.evaluate(() => rawPhone.hold(false));
  await expect.poll(() => arrives(weHear, PEER_TONE_HZ), 'resumed: the peer').toBe(true);
  await expect.poll(() => arrives(relayHears, OWN_TONE_HZ), 'resumed: us').toBe(true);

  const before = bed.peer.events.length;
  await rawPage.evaluate(() => rawPhone.hangUp());
  await bed.peer.event('CALL_CLOSED', before);
});
