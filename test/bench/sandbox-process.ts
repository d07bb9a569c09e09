import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Role } from '../../preload/contract/roles.ts';
import { API_VERSION, IDEMPOTENCY_HEADER, VERSION_HEADER } from '../../main/provider/api/endpoints.ts';
import { discover } from '../../main/provider/drivers/offhook/discovery.ts';
import { signInWithTicket } from '../../main/provider/drivers/offhook/pkce.ts';
import { startProcess, whenReady, type Managed } from '../support/processes.ts';
import { sandboxAdmin, type SandboxAdmin } from '../support/sandbox-admin.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const START_LIMIT_MS = 180_000;

interface Ready {
  readonly address: string;
  readonly adminKey: string;
  readonly tickets: Readonly<Record<Role, string>>;
}

/** The sandbox in a process of its own, as an app has it, without the app. */
export interface BenchSandbox {
  readonly process: Managed;
  readonly address: string;
  readonly admin: SandboxAdmin;
  /** The ledger's file. */
  readonly file: string;
  /** An API request as a person; answers the parsed body, throws on an error. */
  api(role: Role, method: string, route: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts it in a folder of its own; `extra` are words of its command line. */
export async function startBenchSandbox(...extra: readonly string[]): Promise<BenchSandbox> {
  const folder = await mkdtemp(path.join(tmpdir(), 'offhook-bench-sandbox-'));
  const managed = await startProcess({
    name: 'sandbox',
    command: process.execPath,
    args: [path.join(ROOT, 'main/sandbox/index.ts'), '--data', folder, ...extra],
    cwd: ROOT,
  });
  const line = await whenReady(managed, () => /^\{"kind":"ready".*$/m.exec(managed.output())?.[0], START_LIMIT_MS);
  const { address, adminKey, tickets } = JSON.parse(line) as Ready;
  const http = { fetch, now: () => Date.now() };
  const provider = await discover(address, http);
  if (!provider.ok) throw new Error(provider.error.detail);
  const tokens = new Map<Role, Promise<string>>();
  const signIn = async (role: Role): Promise<string> => {
    const signed = await signInWithTicket(provider.value, tickets[role], http);
    if (!signed.ok) throw new Error(signed.error.detail);
    return signed.value.accessToken;
  };
  // A ticket is good once: whoever comes second waits for the first.
  const tokenOf = (role: Role): Promise<string> => {
    const token = tokens.get(role) ?? signIn(role);
    tokens.set(role, token);
    return token;
  };
  let keys = 0;
  return {
    process: managed,
    address,
    admin: sandboxAdmin({ address, adminKey }),
    file: path.join(folder, 'sandbox-voiptime.sqlite'),
    async api(role, method, route, body) {
      const response = await fetch(`${address}/api${route}`, {
        method,
        headers: {
          authorization: `Bearer ${await tokenOf(role)}`,
          [VERSION_HEADER]: API_VERSION,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', [IDEMPOTENCY_HEADER]: `bench-${(keys += 1)}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    async stop() {
      await managed.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
