import path from 'node:path';
import process from 'node:process';
import { startProcess, whenReady } from './processes.ts';
import { sandboxAdmin, type SandboxAdmin, type SandboxHandle } from './sandbox-admin.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A provider of its own, that no app started: somebody signs in there by its address. */
export interface Provider {
  readonly admin: SandboxAdmin;
  stop(): Promise<void>;
}

/** Starts the sandbox as a provider on a free loopback port, with its books in `data`. */
export async function startProvider(data: string): Promise<Provider> {
  const managed = await startProcess({
    name: 'provider',
    command: process.execPath,
    args: [path.join(ROOT, 'main/sandbox/index.ts'), '--data', data, '--port', '0'],
    cwd: ROOT,
  });
  const ready = (): SandboxHandle | undefined => {
    const line = managed
      .output()
      .split('\n')
      .find((each) => each.includes('"kind":"ready"'));
    return line === undefined ? undefined : (JSON.parse(line) as SandboxHandle);
  };
  return { admin: sandboxAdmin(await whenReady(managed, ready)), stop: () => managed.stop() };
}
