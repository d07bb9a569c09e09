import { openSandboxAdmin } from '../support/sandbox-admin.ts';
import { waitUntil } from '../support/wait-until.ts';
import { expect, test } from './fixtures.ts';

const ECHO = '+15005550001';

/** The provider's API on a bad day, and what the person reads. The SIP side is well all the while. */
const TROUBLES = [
  [{ status: { code: 500 } }, 'The provider is out of order at the moment. Wait a little. It will go on by itself.'],
  [{ malformed: {} }, 'The provider’s answer could not be understood. Try again. If it stays, tell your provider.'],
  [{ latencyMs: 600_000 }, 'The provider did not answer in time. Try again in a moment.'],
] as const;

test('the API fails, answers rubbish or is silent: it is said, calls go on, 911 too, and every charge turns up', async ({
  ui,
  sandbox,
}) => {
  test.slow();
  await ui.shell.expectRegistration('Ready');
  const before = await sandbox.state();

  await test.step('a token that expired is renewed without a word', async () => {
    await sandbox.setFaults({ status: { code: 401, times: 1 } });
    await ui.balance.update();
    await ui.balance.expectAccountData('Up to date');
  });

  for (const [faults, words] of TROUBLES) {
    await test.step(words, async () => {
      await sandbox.setFaults({ ...faults, refuseEvents: true });
      await ui.balance.update();
      await expect(ui.shell.at.balance).toContainText(/\d+\.\d{2} USD/);
      await ui.dialer.call(ECHO);
      await ui.call.expectActive();
      await ui.call.hangUp();
      await ui.call.expectEnded('You hung up');
      await ui.balance.expectAccountData(words);
      await sandbox.clearFaults();
      await ui.balance.update();
      await ui.balance.expectAccountData('Up to date');
    });
  }

  await test.step('911 while the API fails', async () => {
    await sandbox.setFaults({ status: { code: 500 } });
    await ui.dialer.type('911');
    await ui.dialer.at.callEmergency.click();
    await ui.emergency.expectWords('911 reaches no emergency service from here');
    await expect.poll(async () => (await sandbox.state()).live_legs[0]?.emergency).toBe(1);
    await ui.emergency.hangUpAndClose();
    await sandbox.clearFaults();
  });

  await test.step('nothing is lost', async () => {
    const after = await sandbox.state();
    expect(after.usage_rows).toBe(before.usage_rows + TROUBLES.length + 1);
    expect(after.invariant.holds).toBe(true);
    await expect(ui.shell.at.balance).toContainText(after.balance.replace(/(\.\d{2})\d*$/, '$1'), { timeout: 20_000 });
    await ui.shell.open('History');
    const calls = ui.history.at.rows.filter({ hasText: '+1 500 555 0001' });
    await expect(calls).toHaveCount(TROUBLES.length);
    // Each call carries its own charge.
    await expect(calls.filter({ hasText: '0.0130 USD' })).toHaveCount(TROUBLES.length, { timeout: 20_000 });
    await ui.shell.open('Usage');
    await expect(ui.usage.at.rows.first()).toContainText('911');
  });
});

test('the provider’s process dies: 911 waits with its words, and everything comes back by itself', async ({
  app,
  data,
  ui,
}) => {
  await ui.shell.expectRegistration('Ready');
  const provider = (await app.processes()).find((each) => each.command.includes('sandbox/index'));
  expect(provider).toBeDefined();
  process.kill(provider?.pid ?? 0, 'SIGKILL');
  await ui.shell.expectRegistration('Reconnecting (calls may not reach you)');
  await ui.dialer.type('911');
  await ui.dialer.at.callEmergency.click();
  await ui.emergency.expectWords('There is no way to the phone company at the moment');
  const answering = async () => {
    const admin = await openSandboxAdmin(data);
    await admin.state();
    return admin;
  };
  const sandbox = await waitUntil('the next sandbox', answering, 20_000);
  const isCalled = async () => (await sandbox.state()).live_legs.some((leg) => leg.emergency === 1);
  await expect.poll(isCalled, { timeout: 20_000 }).toBe(true);
  await ui.emergency.hangUpAndClose();
  await ui.shell.expectRegistration('Ready');
  await ui.dialer.call(ECHO);
  await ui.call.expectActive();
  await ui.call.hangUp();
  await ui.call.expectEnded('You hung up');
  await ui.shell.open('Usage');
  await expect(ui.usage.at.rows.first()).toContainText('+1 500', { timeout: 20_000 });
});
