import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Role } from '../../preload/contract/roles.ts';
import type { Clock } from '../../main/platform/clock.ts';
import { systemClock } from '../../main/platform/clock.ts';
import { API_VERSION, IDEMPOTENCY_HEADER, VERSION_HEADER } from '../../main/provider/api/endpoints.ts';
import { discover } from '../../main/provider/drivers/offhook/discovery.ts';
import type { OffhookProvider } from '../../main/provider/drivers/offhook/discovery.ts';
import { createOffhookDriver } from '../../main/provider/drivers/offhook/driver.ts';
import { signInWithTicket } from '../../main/provider/drivers/offhook/pkce.ts';
import type { Tokens } from '../../main/provider/drivers/offhook/tokens.ts';
import type { Result } from '../../preload/contract/result.ts';
import type { RateLimit } from '../../main/sandbox/api/rate-limit.ts';
import { createApiServer } from '../../main/sandbox/api/server.ts';
import { openLedger } from '../../main/sandbox/ledger/ledger.ts';
import { createServices } from '../../main/sandbox/ledger/services.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';
import type { Faults } from '../../main/sandbox/scenarios/faults.ts';
import { createFaultSwitch } from '../../main/sandbox/scenarios/faults.ts';

/** The value of a Result a test counts on. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.detail}`);
  return result.value;
}

/** The error of a Result that has to fail. */
export function errorOf(result: Result<unknown>) {
  if (result.ok) throw new Error('Expected an error');
  return result.error;
}

interface CallInit {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RigOptions {
  readonly clock?: Clock;
  readonly profile?: string;
  readonly rateLimit?: RateLimit;
}

/** The real sandbox API over HTTP on a free port, with its ledger in a temporary file. */
export async function startRig(options: RigOptions = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'offhook-books-'));
  const profile = findProfile(options.profile ?? 'voiptime');
  if (!profile) throw new Error('No such profile');
  const clock = options.clock ?? systemClock;
  const ledger = openLedger({ file: path.join(folder, 'ledger.sqlite'), profile, clock });
  const services = createServices(ledger);
  const { people, books } = services;
  const faults = createFaultSwitch();
  const unexpected: unknown[] = [];
  const api = createApiServer({
    ledger,
    services,
    faults,
    clock,
    reportFault: (fault) => unexpected.push(fault),
    ...(options.rateLimit ? { rateLimit: options.rateLimit } : {}),
  });
  const origin = await api.listen(0);
  const http = { fetch, now: () => clock.now() };
  const provider: OffhookProvider = unwrap(await discover(origin, http));

  const signIn = async (role: Role): Promise<Tokens> =>
    unwrap(await signInWithTicket(provider, api.tickets.issue(role), http));

  const call = (tokens: Pick<Tokens, 'accessToken'>, method: string, url: string, init: CallInit = {}) =>
    fetch(`${origin}/api${url}`, {
      method,
      ...init,
      headers: { authorization: `Bearer ${tokens.accessToken}`, [VERSION_HEADER]: API_VERSION, ...init.headers },
    });

  return {
    origin,
    ledger,
    people,
    books,
    services,
    faults,
    api,
    http,
    provider,
    unexpected,
    signIn,
    call,
    setFaults: (changes: Partial<Faults>) => faults.set({ ...faults.current(), ...changes }),
    put: (tokens: Pick<Tokens, 'accessToken'>, url: string, key: string | null, body: unknown) =>
      call(tokens, 'PUT', url, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...(key === null ? {} : { [IDEMPOTENCY_HEADER]: key }) },
      }),
    async driver(role: Role, extra: { readonly timeoutMs?: number; readonly clock?: Clock } = {}) {
      const saved: Tokens[] = [];
      const driver = createOffhookDriver({
        provider,
        tokens: await signIn(role),
        saveTokens: async (tokens) => void saved.push(tokens),
        clock,
        deviceName: 'Test phone',
        random: () => 0,
        ...extra,
      });
      return { driver, saved };
    },
    async stop() {
      await api.close();
      ledger.close();
      rmSync(folder, { recursive: true, force: true });
      if (unexpected.length > 0) throw new Error('The server had a fault', { cause: unexpected[0] });
    },
  };
}
export type Rig = Awaited<ReturnType<typeof startRig>>;
