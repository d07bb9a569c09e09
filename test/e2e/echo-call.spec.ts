import type { Listener } from '../support/page/listener.ts';
import { hasTone, isSilent } from '../support/tones.ts';
import { expect, OWN_TONE_HZ, test } from './fixtures.ts';

declare const testListener: Listener;

const ECHO = '+15005550001';

/** Decimal text to millionths. */
const micros = (text: string): number => Math.round(Number(text) * 1_000_000);

test('registers, and the header says so with the number and the balance', async ({ ui }) => {
  await ui.shell.expectRegistration(/Ready on \+1/);
  await expect(ui.shell.at.sandboxMark).toBeVisible();
  await expect(ui.shell.at.balance).toContainText(/\d+\.\d{2} [A-Z]{3}/);
  await expect(ui.dialer.at.number).toBeFocused();
});

test('the echo is heard by its frequency, and mute and hold are silence', async ({ ui }) => {
  await ui.shell.expectRegistration('Ready');
  await ui.dialer.call(ECHO);
  await ui.call.expectActive();
  const hear = () => ui.page.evaluate((hz) => testListener.hear([hz]), OWN_TONE_HZ);
  const hearsTone = async () => hasTone(await hear(), OWN_TONE_HZ);
  const hearsNothing = async () => isSilent(await hear());
  await expect.poll(hearsTone, 'the echo').toBe(true);

  await ui.call.at.mute.click();
  await expect.poll(hearsNothing, 'muted').toBe(true);
  await ui.call.at.unmute.click();
  await expect.poll(hearsTone, 'unmuted').toBe(true);

  await ui.call.at.hold.click();
  await expect.poll(hearsNothing, 'on hold').toBe(true);
  await ui.call.at.resume.click();
  await expect.poll(hearsTone, 'resumed').toBe(true);

  await ui.call.hangUp();
  await ui.call.expectEnded('You hung up');
});

test('[TOP-10 C][TOP-10 P] the cost shown is the charge, the fall of the balance and the usage row, to the millionth', async ({
  ui,
  sandbox,
}) => {
  await ui.shell.expectRegistration('Ready');
  const shownBalance = async () => /\d+\.\d{2} [A-Z]{3}/.exec(await ui.shell.at.balance.innerText())?.[0];
  const before = await sandbox.state();
  const balanceBefore = await shownBalance();
  await ui.dialer.call(ECHO);
  await ui.call.expectActive();
  await expect(ui.call.at.duration).toContainText('0:02');
  // While the call runs the balance stands still; the running cost is beside it.
  expect((await sandbox.state()).balance).toBe(before.balance);
  expect(await shownBalance()).toBe(balanceBefore);
  await expect(ui.call.at.cost).toContainText('so far');
  await ui.call.hangUp();
  await ui.call.expectEnded('You hung up');
  const shown = await ui.call.shownCost(ui.call.at.ended);

  await expect.poll(async () => (await sandbox.state()).usage_rows).toBe(before.usage_rows + 1);
  const after = await sandbox.state();
  const charged = micros(before.balance) - micros(after.balance);
  expect(charged).toBeGreaterThan(0);
  expect(after.invariant.holds).toBe(true);
  expect(micros(shown)).toBe(charged);

  await expect.poll(shownBalance).not.toBe(balanceBefore);
  await ui.shell.open('Usage');
  await expect(ui.usage.at.rows.first()).toContainText('+1 500');
  await expect.poll(async () => micros(await ui.usage.newestAmount())).toBe(charged);
  await ui.shell.open('History');
  await expect(ui.history.at.rows.first()).toContainText(shown);
});

test('the number that calls back rings, shows who it is, and is answered', async ({ ui }) => {
  await ui.shell.expectRegistration('Ready');
  await ui.dialer.call('*50');
  await ui.call.expectActive();
  await ui.call.hangUp();
  await ui.ringCard.expectRinging(20_000);
  await ui.ringCard.answer();
  await ui.call.expectActive();
  await ui.call.hangUp();
  await ui.call.expectEnded('You hung up');
});
