import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The sandbox's books as a test compares them: amounts are decimal text. */
export interface SandboxState {
  readonly balance: string;
  readonly usage_rows: number;
  readonly frozen: boolean;
  readonly invariant: { readonly holds: boolean };
  readonly live_legs: readonly {
    readonly sip_call_id: string;
    readonly emergency: 0 | 1;
    readonly answered_at: number | null;
  }[];
  readonly event_streams: number;
}

/** The switches of the sandbox an app runs: a look at the books, and bad days on request. */
export interface SandboxAdmin {
  readonly address: string;
  state(): Promise<SandboxState>;
  /** Replaces the faults in force; see main/sandbox/scenarios/faults.ts. */
  setFaults(faults: object): Promise<void>;
  clearFaults(): Promise<void>;
  dropSipConnections(): Promise<void>;
  dropStreams(): Promise<void>;
  /** Moves the balance by decimal text, as a credit (+) or a fee (-) of the provider. */
  adjust(amount: string): Promise<void>;
  /** Suspends the account, or lets it call again. */
  freeze(frozen: boolean): Promise<void>;
}

/** Where a sandbox runs, and the key to its switches. */
export interface SandboxHandle {
  readonly address: string;
  readonly adminKey: string;
}

/** Reads the handle the sandbox left in the app's data folder. Rejects until the sandbox runs. */
export async function openSandboxAdmin(dataDir: string): Promise<SandboxAdmin> {
  const text = await readFile(path.join(dataDir, 'sandbox/running.json'), 'utf8');
  return sandboxAdmin(JSON.parse(text) as SandboxHandle);
}

/** The switches of a sandbox that runs at `address`. */
export function sandboxAdmin({ address, adminKey }: SandboxHandle): SandboxAdmin {
  const ask = async (method: string, route: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${address}/sandbox${route}`, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} /sandbox${route}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    address,
    state: async () => (await ask('GET', '/state')) as SandboxState,
    setFaults: async (faults) => void (await ask('PUT', '/faults', faults)),
    clearFaults: async () => void (await ask('DELETE', '/faults')),
    dropSipConnections: async () => void (await ask('DELETE', '/sip/connections')),
    dropStreams: async () => void (await ask('DELETE', '/streams')),
    adjust: async (amount) => void (await ask('POST', '/adjustments', { amount, description: 'A test' })),
    freeze: async (frozen) => void (await ask('PUT', '/account', { frozen })),
  };
}
