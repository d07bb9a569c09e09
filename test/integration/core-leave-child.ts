// The core in a process of its own: signs in through the browser, then out, and kills itself on the way as told.
// Arguments: data folder, provider's address, sign-in ticket, where to die.
import { compose } from '../../main/compose.ts';
import { keepSecretsInFile } from '../../main/hosts/browser/secrets.ts';
import type { Host } from '../../main/hosts/host.ts';
import { systemClock } from '../../main/platform/clock.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import { ok } from '../../preload/contract/result.ts';

const [dataDir = '', address = '', ticket = '', place = ''] = process.argv.slice(2);
const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
};

const isRevocation = (input: Parameters<typeof fetch>[0]): boolean =>
  typeof input === 'string' && input.includes('/revoke');

const { secrets } = keepSecretsInFile(dataDir);
let deleted = 0;
const host: Host = {
  info: {
    kind: 'browser',
    appVersion: '0.0.0',
    secretKeeping: 'file_0600',
    features: { tray: false, globalShortcuts: false, loginItem: false, selfUpdate: false, staysAwakeHidden: false },
  },
  secrets: {
    ...secrets,
    async delete(name) {
      if (place === `secret ${deleted}`) die();
      deleted += 1;
      await secrets.delete(name);
    },
  },
  start: async () => undefined,
  push: () => undefined,
  onWindowGone: () => undefined,
  onQuit: () => undefined,
  onResume: () => undefined,
  setContentPolicy: () => undefined,
  async openExternal(url) {
    const page = new URL(url);
    page.searchParams.set('login_ticket', ticket);
    await fetch(page);
    return ok(null);
  },
  spawn: () => {
    throw new Error('No sandbox here');
  },
  notify: () => false,
  stop: async () => undefined,
};

const core = await compose({
  host,
  dataDir,
  profile: null,
  role: null,
  clock: systemClock,
  log: silentLogger,
  storeWorkerUrl: new URL('../../main/store/worker.ts', import.meta.url),
  sandboxEntry: 'none',
  // The token is revoked at the provider before anything is deleted here.
  fetch: (input, init) => (place === 'revocation' && isRevocation(input) ? die() : fetch(input, init)),
});
await core.start();
const window = { id: 'w' };
const ask = async (name: string, payload: unknown): Promise<void> => {
  const answer = await core.dispatch(window, name, payload);
  if (!answer.ok) throw new Error(`${name}: ${answer.error.kind} ${answer.error.detail}`);
};
await ask('session.signInProvider', { address });
// The cached credentials of the device are a secret too.
await ask('phone.lease', { takeOver: false });
await ask('phone.release', null);
const told = Promise.withResolvers<void>();
process.send?.('signed_in');
process.once('message', () => told.resolve());
await told.promise;
await ask('session.signOut', { eraseHistory: true });
process.exit(3);
