import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { startApp } from '../support/app.ts';
import { startProvider, type Provider } from '../support/sandbox-provider.ts';
import { headerOf, openRegistrar, PASSWORD } from '../support/sip-registrar.ts';
import { screens } from '../support/screens/verbs.ts';
import { waitUntil } from '../support/wait-until.ts';
import { expect, test as base } from './fixtures.ts';

const ECHO = '+15005550001';

const test = base.extend<{ provider: Provider }>({
  provider: async ({ data }, use) => {
    const folder = path.join(data, 'provider');
    await mkdir(folder, { recursive: true });
    const provider = await startProvider(folder);
    await use(provider);
    await provider.stop();
  },
});

/** Ends the sign-in the app keeps in its folder, as the provider's own page for devices would (RFC 7009). */
async function revokeSignIn(data: string, address: string): Promise<void> {
  const secrets = JSON.parse(await readFile(path.join(data, 'secrets.json'), 'utf8')) as Record<string, string>;
  const kept = Object.entries(secrets).find(([name]) => name.startsWith('sign-in.'))?.[1] ?? '';
  const token = /"accessToken":"([^"]+)"/.exec(kept)?.[1] ?? '';
  expect(token).not.toBe('');
  const body = new URLSearchParams({ token });
  const answer = await fetch(`${address}/oauth/revoke`, { method: 'POST', body });
  expect(answer.status).toBe(200);
}

test('a usage page that repeats: it is said, what came is shown, and the rest comes once the fault is gone', async ({
  ui,
  provider: { admin },
}) => {
  test.slow();
  await ui.shell.expectRegistration('Ready');
  await ui.shell.signOut();
  await admin.setFaults({ repeatCursor: true });
  await ui.signIn.withProvider(admin.address);
  await ui.shell.expectRegistration('Ready');
  await ui.balance.expectAccountData('The provider’s answer could not be understood');
  await ui.shell.open('Usage');
  await expect(ui.usage.at.rows.first()).toBeVisible();
  await ui.says('the last update did not work');
  await ui.says(/Back to .+, still loading/);

  await ui.shell.open('Phone');
  await ui.dialer.type('911');
  await ui.dialer.at.callEmergency.click();
  await ui.emergency.expectWords('911 reaches no emergency service from here');
  await ui.emergency.hangUpAndClose();

  await admin.clearFaults();
  await ui.balance.update();
  await ui.balance.expectAccountData('Up to date');
  await ui.shell.open('Usage');
  await expect(ui.page.getByText(/still loading/)).toBeHidden({ timeout: 20_000 });
  const countedRows = async () => {
    await ui.usage.at.rows.last().scrollIntoViewIfNeeded();
    return ui.usage.at.rows.count();
  };
  await expect
    .poll(countedRows, { message: 'every row, once', timeout: 30_000 })
    .toBe((await admin.state()).usage_rows);
});

test('the provider ends the sign-in while the app runs: it is said, and a new sign-in brings everything back', async ({
  ui,
  data,
  provider: { admin },
}) => {
  test.slow();
  await ui.shell.expectRegistration('Ready');
  await ui.shell.signOut();
  await ui.signIn.withProvider(admin.address);
  await ui.shell.expectRegistration('Ready');
  await ui.dialer.call(ECHO);
  await ui.call.expectActive();

  await revokeSignIn(data, admin.address);
  await ui.balance.update();
  await ui.says('Your sign-in has expired', 20_000);
  await ui.says(/Calls go on as before\./);
  // The call that is up goes on, and an emergency number is taken before anybody signs in again.
  await expect(ui.call.at.card).toContainText('In call');
  await ui.call.hangUp();
  await ui.shell.expectRegistration('Ready');
  await ui.dialer.type('911');
  await ui.dialer.at.callEmergency.click();
  await ui.emergency.expectWords('911 reaches no emergency service from here');
  await ui.emergency.hangUpAndClose();

  await ui.signIn.again();
  await ui.shell.expectRegistration('Ready');
  await ui.shell.open('History');
  await expect(ui.history.at.rows.filter({ hasText: '+1 500 555 0001' }).first()).toBeVisible();
});

test('a SIP server that calls itself by another name after the sign-in is told nothing, and the person is told why', async ({
  app,
  data,
  openWindow,
  ui,
}) => {
  const registrar = await openRegistrar();
  await ui.shell.expectRegistration('Ready');
  await ui.shell.signOut();
  const account = { wsUrl: registrar.url, user: '1001', password: PASSWORD, domain: 'example.test' };
  await ui.signIn.withSip(account, 'example.test');
  await ui.shell.expectRegistration('Ready');
  await waitUntil(
    'the sign-in kept',
    async () => (await readFile(path.join(data, 'secrets.json'), 'utf8')) !== '{}',
    5_000,
  );
  await app.stop();

  registrar.script.realm = 'elsewhere.test';
  const before = registrar.requests.length;
  // Without a role: naming one asks for the sandbox.
  const next = await startApp({ data });
  const again = screens(await openWindow(next));
  await again.shell.expectRegistration(/^Refused: /);
  await again.says(/another name|not the server/i);
  await again.dialer.type('911');
  await expect(again.dialer.at.callEmergency).toBeEnabled();
  const told = registrar.requests.slice(before);
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((request) => headerOf(request, '(?:Proxy-)?Authorization') !== '')).toStrictEqual([]);
  await next.stop();
  registrar.close();
});
