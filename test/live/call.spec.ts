import { APP_USER, OWN_TONE_HZ, PEER_TONE_HZ, PEER_USER } from '../support/live/bed.ts';
import type { Listener } from '../support/page/listener.ts';
import { hasTone, isSilent, type Heard } from '../support/tones.ts';
import { expect, test } from './fixtures.ts';

declare const testListener: Listener;

const TONES = [OWN_TONE_HZ, PEER_TONE_HZ];
type Hear = () => Promise<Heard>;

const hears = async (hear: Hear, hz: number) => hasTone(await hear(), hz);
const isQuiet = async (hear: Hear) => isSilent(await hear());

test('a call out through proxy and relay: each side hears the other’s tone, mute and hold are silence both ways', async ({
  bed,
  signedIn: ui,
}) => {
  const weHear = () => ui.page.evaluate((tones) => testListener.hear(tones), TONES);
  const peerHears = () => bed.peer.hear(200, TONES);
  const relayHears = () => bed.hearRelayed(200, TONES);

  await ui.dialer.call(PEER_USER);
  await ui.call.expectActive();
  await expect.poll(() => hears(weHear, PEER_TONE_HZ), 'we hear them').toBe(true);
  await expect.poll(() => hears(peerHears, OWN_TONE_HZ), 'they hear us').toBe(true);

  await ui.call.at.mute.click();
  await expect.poll(() => isQuiet(peerHears), 'muted: they hear nothing').toBe(true);
  expect(await hears(weHear, PEER_TONE_HZ), 'muted: we still hear them').toBe(true);
  await ui.call.at.unmute.click();
  await expect.poll(() => hears(peerHears, OWN_TONE_HZ), 'unmuted').toBe(true);

  await ui.call.at.hold.click();
  await expect(ui.call.at.card).toContainText('On hold');
  await expect.poll(() => isQuiet(weHear), 'on hold: we hear nothing').toBe(true);
  await expect.poll(() => isQuiet(relayHears), 'on hold: nothing is sent').toBe(true);
  await ui.call.at.resume.click();
  await expect.poll(() => hears(weHear, PEER_TONE_HZ), 'resumed: we hear them').toBe(true);
  await expect.poll(() => hears(relayHears, OWN_TONE_HZ), 'resumed: we are sent').toBe(true);

  const before = bed.peer.events.length;
  await ui.call.hangUp();
  await ui.call.expectEnded('You hung up');
  await bed.peer.event('CALL_CLOSED', before);
});

test('a call in rings, is answered, and is heard both ways; the caller hangs up', async ({ bed, signedIn: ui }) => {
  bed.peer.command('dial', `sip:${APP_USER}@${bed.account.domain}`);
  await ui.ringCard.expectRinging();
  await ui.ringCard.answer();
  await ui.call.expectActive();
  const weHear = () => ui.page.evaluate((tones) => testListener.hear(tones), TONES);
  await expect.poll(() => hears(weHear, PEER_TONE_HZ), 'we hear them').toBe(true);
  await expect.poll(() => hears(() => bed.peer.hear(200, TONES), OWN_TONE_HZ), 'they hear us').toBe(true);
  bed.peer.command('hangup');
  await ui.call.expectEnded('They hung up');
});

test('a call in that is declined ends at the caller, and nobody hears anything', async ({ bed, signedIn: ui }) => {
  const before = bed.peer.events.length;
  bed.peer.command('dial', `sip:${APP_USER}@${bed.account.domain}`);
  await ui.ringCard.expectRinging();
  await ui.ringCard.decline();
  await bed.peer.event('CALL_CLOSED', before);
  await expect(ui.ringCard.at.card).toBeHidden();
});
