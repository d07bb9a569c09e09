import { openSandboxAdmin } from '../support/sandbox-admin.ts';
import { screens } from '../support/screens/verbs.ts';
import { waitUntil } from '../support/wait-until.ts';
import { expect, test } from './fixtures.ts';

test('closed and opened again, the last known state stands at once, while the provider does not answer yet', async ({
  launch,
  openWindow,
}) => {
  const first = await launch();
  const before = screens(await openWindow(first));
  await before.shell.expectRegistration('Ready');
  const money = /\d+\.\d{2} [A-Z]{3}/;
  const balance = money.exec(await before.shell.at.balance.innerText())?.[0] ?? '';
  await before.shell.open('Usage');
  const newest = await before.usage.at.rows.first().innerText();
  await first.stop();

  const again = await launch();
  const provider = await waitUntil(
    'the sandbox process',
    async () => (await again.processes()).find((each) => each.command.includes('sandbox/index')),
    5_000,
  );
  // It is there and takes connections, but says nothing: what stands on screen can only come from the cache.
  process.kill(provider.pid, 'SIGSTOP');
  try {
    const after = screens(await openWindow(again));
    await expect(after.shell.at.balance).toContainText(balance);
    await after.shell.open('Usage');
    await expect.poll(() => after.usage.at.rows.first().innerText()).toBe(newest);
    await expect(after.shell.at.registration).not.toContainText('Ready');
    process.kill(provider.pid, 'SIGCONT');
    await after.shell.expectRegistration('Ready');
  } finally {
    process.kill(provider.pid, 'SIGCONT');
  }
});

test('main is killed in a call: the next start has it in the history, and the provider charged it once', async ({
  launch,
  openWindow,
  data,
}) => {
  const first = await launch();
  const before = screens(await openWindow(first));
  await before.shell.expectRegistration('Ready');
  const { usage_rows: rowsBefore } = await (await openSandboxAdmin(data)).state();
  await before.dialer.call('+15005550001');
  await before.call.expectActive();
  await first.crash();

  const after = screens(await openWindow(await launch()));
  await after.shell.expectRegistration('Ready');
  await after.shell.open('History');
  await expect(after.history.at.rows.first()).toContainText('500');
  const sandbox = await openSandboxAdmin(data);
  await expect.poll(async () => (await sandbox.state()).live_legs).toStrictEqual([]);
  const { usage_rows: rowsAfter, invariant } = await sandbox.state();
  expect(rowsAfter).toBe(rowsBefore + 1);
  expect(invariant.holds).toBe(true);
});
