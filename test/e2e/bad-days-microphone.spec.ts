import type { Listener } from '../support/page/listener.ts';
import { screens } from '../support/screens/verbs.ts';
import { hasTone } from '../support/tones.ts';
import { expect, OWN_TONE_HZ, test } from './fixtures.ts';

declare const testListener: Listener;

/** The one microphone of the page, as a hand on its plug. */
interface Plug {
  pull(): void;
  put(): void;
}
declare const testPlug: Plug;

const ECHO = '+15005550001';

// The browser's fake question would be answered before the permission is looked at.
test.use({
  launchOptions: [
    async ({ launchOptions }, use) => {
      const args = launchOptions.args?.filter((each) => each !== '--use-fake-ui-for-media-stream') ?? [];
      await use({ ...launchOptions, args });
    },
    { scope: 'worker' },
  ],
});

/** Runs in the page: pulled, there is no device to be had, and the track in use ends as a real one does. */
function installPlug(): void {
  const media = navigator.mediaDevices;
  const open = media.getUserMedia.bind(media);
  const tracks = new Set<MediaStreamTrack>();
  let isIn = true;
  media.getUserMedia = async (wanted) => {
    if (!isIn) throw new DOMException('Requested device not found', 'NotFoundError');
    const stream = await open(wanted);
    for (const track of stream.getTracks()) tracks.add(track);
    return stream;
  };
  const plug: Plug = {
    pull() {
      isIn = false;
      for (const track of tracks) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
      tracks.clear();
    },
    put() {
      isIn = true;
      media.dispatchEvent(new Event('devicechange'));
    },
  };
  Object.assign(globalThis, { testPlug: plug });
}

test('a microphone refused, unplugged or missing: the call goes on and says what to do, 911 goes, the charge is there', async ({
  context,
  openWindow,
  app,
  sandbox,
}) => {
  await context.addInitScript(installPlug);

  const ui = screens(await openWindow(app));
  await ui.shell.expectRegistration('Ready');
  const before = await sandbox.state();
  const hearsEcho = async () =>
    hasTone(await ui.page.evaluate((hz) => testListener.hear([hz]), OWN_TONE_HZ), OWN_TONE_HZ);
  const callEmergency = async () => {
    await ui.dialer.type('911');
    await ui.dialer.at.callEmergency.click();
    await ui.emergency.expectWords('911 reaches no emergency service from here');
    await expect.poll(async () => (await sandbox.state()).live_legs.map((leg) => leg.emergency)).toContain(1);
    await ui.emergency.hangUpAndClose();
  };

  await test.step('refused', async () => {
    await context.clearPermissions();
    await ui.dialer.call(ECHO);
    await ui.call.expectActive();
    await ui.says('Your microphone is not allowed, so they cannot hear you');
    await ui.says('Allow it in the system’s privacy settings. You can hear them.');
    await ui.call.hangUp();
    await ui.call.expectEnded('You hung up');
    await callEmergency();
    await context.grantPermissions(['microphone']);
  });

  await test.step('unplugged in the middle of a call, and plugged in again', async () => {
    await ui.dialer.call(ECHO);
    await ui.call.expectActive();
    await expect.poll(hearsEcho, 'the echo').toBe(true);
    await ui.page.evaluate(() => testPlug.pull());
    await ui.says('No microphone was found, so they cannot hear you');
    await ui.says('Plug one in; it is used at once. You can hear them.');
    await expect.poll(hearsEcho, 'no echo without a microphone').toBe(false);
    await ui.page.evaluate(() => testPlug.put());
    await expect(ui.page.getByText('No microphone was found')).toBeHidden();
    await expect.poll(hearsEcho, 'the echo again').toBe(true);
    await ui.call.hangUp();
    await ui.call.expectEnded('You hung up');
  });

  await test.step('missing from the beginning', async () => {
    await ui.page.evaluate(() => testPlug.pull());
    await ui.dialer.call(ECHO);
    await ui.call.expectActive();
    await ui.says('No microphone was found, so they cannot hear you');
    await ui.call.hangUp();
    await ui.call.expectEnded('You hung up');
    await callEmergency();
    await ui.shell.open('Settings');
    await ui.page.getByRole('button', { name: 'Test the microphone' }).click();
    await ui.says('Plug one in, then test again. Calls still ring.');
  });

  await expect.poll(async () => (await sandbox.state()).usage_rows).toBe(before.usage_rows + 5);
  expect((await sandbox.state()).invariant.holds).toBe(true);
});
