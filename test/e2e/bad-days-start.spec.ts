import { spawn } from 'node:child_process';
import path from 'node:path';
import { openRegistrar, PASSWORD } from '../support/sip-registrar.ts';
import { openSandboxAdmin } from '../support/sandbox-admin.ts';
import { screens } from '../support/screens/verbs.ts';
import { waitUntil } from '../support/wait-until.ts';
import { expect, test } from './fixtures.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ECHO = '+15005550001';

/** A start that must end by itself: its exit code and all it said. */
async function startAndEnd(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [path.join(ROOT, 'main/start.mjs'), '--headless', ...args], {
    cwd: ROOT,
    env: { ...process.env, OFFHOOK_HOST: 'browser' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}

test('main is killed in mid-sync; the SIP server is down at the next start; 911 leaves when it is back, every row is there', async ({
  launch,
  openWindow,
  data,
}) => {
  const first = await launch();
  const page = await openWindow(first);
  const before = screens(page);
  const slow = await waitUntil('the sandbox', () => openSandboxAdmin(data), 20_000);
  await slow.setFaults({ latencyMs: 3_000, latencyPath: '/api/usage' });
  // Until then the page may be loaded anew for the policy of this account.
  await before.shell.expectRegistration('Ready');
  await before.shell.open('Usage');
  await first.crash();
  await before.says('The app’s main part does not answer');
  await before.shell.open('Phone');
  await before.dialer.type('911');
  await before.dialer.at.callEmergency.click();
  await before.emergency.expectWords('Use a mobile or any other phone');
  await page.close();

  const again = await launch();
  const provider = await waitUntil(
    'the sandbox process',
    async () => (await again.processes()).find((each) => each.command.includes('sandbox/index')),
    5_000,
  );
  process.kill(provider.pid, 'SIGSTOP');
  try {
    const ui = screens(await openWindow(again));
    await ui.dialer.type(ECHO);
    await expect(ui.dialer.at.call).toBeDisabled();
    await ui.says('Connecting to the phone company. You can call in a moment.');
    await ui.dialer.type('911');
    await ui.dialer.at.callEmergency.click();
    await ui.emergency.expectWords('There is no way to the phone company at the moment');
    process.kill(provider.pid, 'SIGCONT');
    const sandbox = await waitUntil('the sandbox', () => openSandboxAdmin(data), 20_000);
    const isCalled = async () => (await sandbox.state()).live_legs.some((leg) => leg.emergency === 1);
    await expect.poll(isCalled, { timeout: 20_000 }).toBe(true);
    await ui.emergency.hangUpAndClose();
    await ui.shell.expectRegistration('Ready');
    await ui.balance.expectAccountData('Up to date');
    await ui.shell.open('Usage');
    await expect(ui.usage.at.rows.first()).toContainText('911');
    const countedRows = async () => {
      await ui.usage.at.rows.last().scrollIntoViewIfNeeded();
      return ui.usage.at.rows.count();
    };
    await expect.poll(countedRows, 'every row, once').toBe((await sandbox.state()).usage_rows);
  } finally {
    process.kill(provider.pid, 'SIGCONT');
  }
});

test('a second window, a second start, a taken port, and a sign-in that is wrong each end in a sentence', async ({
  app,
  data,
  openWindow,
  ui,
  sandbox,
}) => {
  await ui.shell.expectRegistration('Ready');

  const second =
    await test.step('a second window is no second phone; 911 goes through the first; alone, it is the phone', async () => {
      const { said, code } = await startAndEnd('--data', data);
      expect(code).toBe(0);
      const address = /Offhook runs already\. Open (\S+)/.exec(said)?.[1] ?? '';
      const other = screens(await openWindow({ ...app, address }));
      await other.says('The phone is in another window');
      await other.says('Calls ring there. You can still dial here; the call goes through that window.');
      await other.dialer.type('911');
      await other.dialer.at.callEmergency.click();
      await ui.emergency.expectWords('911 reaches no emergency service from here');
      await other.emergency.expectWords('911 reaches no emergency service from here');
      await expect.poll(async () => (await sandbox.state()).live_legs[0]?.emergency).toBe(1);
      await ui.emergency.hangUpAndClose();
      await other.emergency.at.close.click();
      await ui.page.close();
      await other.shell.expectRegistration('Ready');
      return other;
    });

  await test.step('a port that is taken', async () => {
    const port = new URL(app.address).port;
    const { code, said } = await startAndEnd('--data', path.join(data, 'another'), '--port', port);
    expect(code).toBe(1);
    expect(said).toContain(`Port ${port} is taken by another program. Choose another one with --port.`);
  });

  await test.step('a sign-in: unknown host, wrong password, and a server that changes its name', async () => {
    const registrar = await openRegistrar();
    await second.shell.signOut();
    const typed = { wsUrl: 'wss://no-such-host.invalid', user: '1001', password: 'not it', domain: 'example.test' };
    await second.signIn.enter(typed);
    await second.signIn.at.check.click();
    await second.says('There is no server at this address. Check the address and your network.');
    await expect(second.signIn.at.user).toHaveValue('1001');

    await second.signIn.at.server.fill(registrar.url);
    await second.signIn.at.check.click();
    await second.signIn.at.confirm.click();
    await second.says('The user name or the password is not right. Check both and try again.');
    await expect(second.signIn.at.user).toHaveValue('1001');

    await second.signIn.at.password.fill(PASSWORD);
    await second.signIn.at.check.click();
    await expect(second.signIn.at.realm).toContainText('example.test');
    registrar.script.realm = 'elsewhere.test';
    await second.signIn.at.confirm.click();
    await second.says('The server calls itself by another name than before. Check the details with your provider');
    registrar.close();
  });
});
