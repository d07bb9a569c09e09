import { execFileSync } from 'node:child_process';
import { chmod, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { SandboxAdmin } from '../support/sandbox-admin.ts';
import { openSandboxAdmin } from '../support/sandbox-admin.ts';
import { screens, type Screens } from '../support/screens/verbs.ts';
import { waitUntil } from '../support/wait-until.ts';
import { expect, test } from './fixtures.ts';

const ECHO = '+15005550001';
/** Root writes what nobody may write, unless it gives that right up. */
const WITHOUT_OVERRIDE = ['setpriv', '--inh-caps=-all', '--bounding-set=-dac_override,-dac_read_search'];

const runningSandbox = (data: string) => waitUntil('the sandbox', () => openSandboxAdmin(data), 20_000);

/** The folder of the one account of a profile. */
async function accountFolder(data: string): Promise<string> {
  const [name = ''] = await readdir(path.join(data, 'accounts'));
  return path.join(data, 'accounts', name);
}

async function makeCall(ui: Screens): Promise<void> {
  await ui.shell.expectRegistration('Ready');
  await ui.dialer.call(ECHO);
  await ui.call.expectActive();
  await ui.call.hangUp();
  await ui.call.expectEnded('You hung up');
  await ui.call.at.close.click();
}

/** 911 reaches the provider, whatever is wrong with the files. */
async function callEmergency(ui: Screens, sandbox: SandboxAdmin): Promise<void> {
  await ui.shell.expectRegistration('Ready');
  await ui.dialer.type('911');
  await ui.dialer.at.callEmergency.click();
  await ui.emergency.expectWords('911 reaches no emergency service from here');
  await expect.poll(async () => (await sandbox.state()).live_legs[0]?.emergency).toBe(1);
  await ui.emergency.hangUpAndClose();
}

/** The history still has so many echo calls. */
async function expectHistory(ui: Screens, calls: number): Promise<void> {
  await ui.shell.open('History');
  await expect(ui.history.at.rows.filter({ hasText: '+1 500 555 0001' })).toHaveCount(calls);
  await ui.shell.open('Phone');
}

/** And the usage list shows the newest charge of the provider. */
async function expectNothingLost(ui: Screens, calls: number, newest = '911'): Promise<void> {
  await expectHistory(ui, calls);
  await ui.shell.open('Usage');
  await expect(ui.usage.at.rows.first()).toContainText(newest, { timeout: 20_000 });
  await ui.shell.open('Phone');
}

async function scribble(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(size, 0xa5), 0, size, 0);
  await handle.close();
}

function writeFromTheFuture(file: string): void {
  const db = new SqliteDatabase(file);
  db.pragma('user_version = 9999');
  db.close();
}

test('a cache that is damaged, then one from the future: it is said, read again, 911 goes, the history is whole', async ({
  launch,
  openWindow,
  data,
}) => {
  const first = await launch();
  await makeCall(screens(await openWindow(first)));
  await first.stop();
  const cache = path.join(await accountFolder(data), 'cache.db');

  for (const [name, damage] of [
    ['damaged', scribble],
    ['from the future', writeFromTheFuture],
  ] as const) {
    await test.step(name, async () => {
      await damage(cache);
      const app = await launch();
      const ui = screens(await openWindow(app));
      await ui.says('The stored account data could not be used and is being read again');
      await ui.says('Your calls and settings were not touched. The unusable file was put aside.');
      await callEmergency(ui, await runningSandbox(data));
      await expectNothingLost(ui, 1);
      await app.stop();
    });
  }
});

test('a folder that cannot be written to: the last state stands, calls and 911 work, and it is said what to do', async ({
  launch,
  openWindow,
  data,
}) => {
  const first = await launch();
  await makeCall(screens(await openWindow(first)));
  await first.stop();
  const folder = await accountFolder(data);
  for (const name of await readdir(folder)) await chmod(path.join(folder, name), 0o444);
  await chmod(folder, 0o555);
  try {
    const app = await launch(process.getuid?.() === 0 ? { runBy: WITHOUT_OVERRIDE } : {});
    const ui = screens(await openWindow(app));
    await ui.says('Calls and settings cannot be stored on this computer');
    await ui.says('The data folder cannot be written to. Make it writable, then restart the app.');
    await callEmergency(ui, await runningSandbox(data));
    await makeCall(ui);
    await expectNothingLost(ui, 2, '+1 500');
    await app.stop();
  } finally {
    await chmod(folder, 0o700);
  }
});

test('a disk that fills up in the middle of a run: it is said, calls and 911 go on, and it is over when there is room', async ({
  app,
  sandbox,
  ui,
}) => {
  /** As much as a full disk: no file of main may grow beyond so many bytes (RLIMIT_FSIZE). */
  const limitFiles = (bytes: string) => execFileSync('prlimit', ['--pid', String(app.pid), `--fsize=${bytes}:`]);
  await makeCall(ui);
  limitFiles('4096');
  await makeCall(ui);
  await ui.says('The disk is full. Free some space, then restart the app.');
  await callEmergency(ui, sandbox);
  // What was charged meanwhile is safe at the provider, and read again afterwards.
  await expectHistory(ui, 2);
  limitFiles('unlimited');
  await makeCall(ui);
  await expect(ui.page.getByText('The disk is full')).toBeHidden();
  await expectNothingLost(ui, 3, '+1 500');
  expect((await sandbox.state()).invariant.holds).toBe(true);
});
