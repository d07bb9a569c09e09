import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '../../main/platform/clock.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import { discover } from '../../main/provider/drivers/offhook/discovery.ts';
import { signInWithTicket } from '../../main/provider/drivers/offhook/pkce.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';
import { startSandbox } from '../../main/sandbox/sandbox.ts';
import { NUMBERS } from '../support/fake-books.ts';
import { SipClient } from '../support/sip-client.ts';
import { OFFER, sipRig } from '../support/sip-rig.ts';
import { answered, hangUp } from '../support/sip-steps.ts';
import { unwrap } from './sandbox-api-rig.ts';

const INSTANCE = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const REGISTERED = '+14155550100';
const OWN = '+14155550102';

interface WireUsage {
  readonly data: readonly { readonly from: string; readonly to: string; readonly description: string }[];
}

test('[SIPUS-18 P] somebody whose own number has no address calls for help with the one that has', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-911-'));
  const profile = findProfile('sipus');
  if (!profile) throw new Error('No profile');
  const sandbox = await startSandbox({
    dataDir: folder,
    profile,
    port: 0,
    announcementsDir: pathToFileURL(`${path.resolve('assets/announcements')}/`),
    clock: systemClock,
    log: silentLogger,
  });
  try {
    const http = { fetch, now: () => Date.now() };
    const provider = unwrap(await discover(sandbox.address, http));
    const { accessToken } = unwrap(await signInWithTicket(provider, sandbox.ticket('user'), http));
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    const made = await fetch(`${sandbox.address}/api/devices/${INSTANCE}`, {
      method: 'PUT',
      headers: { ...headers, 'idempotency-key': 'device' },
      body: JSON.stringify({ name: 'Test' }),
    });
    const { sip } = (await made.json()) as {
      sip: { wss_url: string; user: string; realm: string; password: string };
    };
    const { wss_url: url, user, realm, password } = sip;
    const phone = new SipClient({ url, user, realm, password, instanceId: `<urn:uuid:${INSTANCE}>` });
    await phone.connect();
    expect((await phone.register()).status).toBe(200);
    for (const number of ['+15005550001', '911']) {
      const dialog = await phone.invite(number, OFFER);
      await answered(phone, dialog);
      await hangUp(phone, dialog);
    }
    const usage = (await (await fetch(`${sandbox.address}/api/usage?limit=2`, { headers })).json()) as WireUsage;
    expect(Object.fromEntries(usage.data.map(({ from, to }) => [to, from]))).toEqual({
      '911': REGISTERED,
      '+15005550001': OWN,
    });
    await phone.close();
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('books that cannot say which number has an address do not stop the call', async () => {
  const rig = await sipRig();
  const broken = (): string => {
    throw new Error('disk full');
  };
  Object.assign(rig.books, { emergencyCallerId: broken });
  const alice = await rig.registered('alice');
  const dialog = await alice.invite(NUMBERS.emergency, OFFER);
  await answered(alice, dialog);
  await hangUp(alice, dialog);
  expect(rig.books.events[0]).toMatchObject({ request: { from: NUMBERS.alice, emergency: true } });
  expect(rig.log.filter((line) => line.level === 'error').map((line) => line.event)).toEqual(['sip.books_failed']);
  rig.log.length = 0;
  await rig.close();
});
