import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { HostInfo } from '../../../preload/contract/models.ts';
import type { SecretStore } from '../host.ts';
import { writeWhole } from '../../platform/whole-file.ts';
import type { ElectronApi } from './api.ts';

interface Kept {
  readonly backend: string;
  readonly entries: Record<string, string>;
}

/** Where this machine keeps secrets, and whether that protects them. */
interface Backend {
  readonly name: string;
  readonly safe: boolean;
}

async function findBackend({ safeStorage }: ElectronApi, platform: NodeJS.Platform): Promise<Backend> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return { name: 'none', safe: false };
  if (platform !== 'linux') return { name: platform, safe: true };
  const name = safeStorage.getSelectedStorageBackend();
  // basic_text encrypts with a password that everybody knows.
  return { name, safe: name !== 'basic_text' && name !== 'unknown' };
}

function readKept(file: string, backend: string): Map<string, string> {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept;
    // Another backend cannot read what this one wrote: the person signs in again.
    return kept.backend === backend ? new Map(Object.entries(kept.entries)) : new Map();
  } catch {
    return new Map();
  }
}

/**
 * Secrets encrypted by the system's keystore, in <dataDir>/secrets.enc.json. Without a keystore that protects them they
 * live for this run only. What can no longer be decrypted is deleted and counts as absent. Call after `ready`.
 */
export async function keepSecretsInKeystore(
  electron: ElectronApi,
  dataDir: string,
  platform: NodeJS.Platform = process.platform,
): Promise<{ readonly secrets: SecretStore; readonly keeping: HostInfo['secretKeeping'] }> {
  const backend = await findBackend(electron, platform);
  if (!backend.safe) return { secrets: forThisRun(), keeping: 'this_run_only' };
  const { safeStorage } = electron;
  const file = path.join(dataDir, 'secrets.enc.json');
  const entries = readKept(file, backend.name);
  const save = (): void => {
    const kept: Kept = { backend: backend.name, entries: Object.fromEntries(entries) };
    writeWhole(file, JSON.stringify(kept));
  };
  const put = async (name: string, value: string): Promise<void> => {
    entries.set(name, (await safeStorage.encryptStringAsync(value)).toString('base64'));
    save();
  };
  const drop = async (name: string): Promise<void> => {
    const value = entries.get(name);
    if (!entries.delete(name)) return;
    try {
      save();
    } catch (cause) {
      // It is on the disk still: the next try must find it.
      if (value !== undefined) entries.set(name, value);
      throw cause;
    }
  };
  const secrets: SecretStore = {
    async get(name) {
      const kept = entries.get(name);
      if (kept === undefined) return undefined;
      try {
        const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(kept, 'base64'));
        if (shouldReEncrypt) await put(name, result);
        return result;
      } catch {
        await drop(name);
        return undefined;
      }
    },
    set: put,
    delete: drop,
  };
  return { secrets, keeping: 'os_keystore' };
}

function forThisRun(): SecretStore {
  const values = new Map<string, string>();
  return {
    get: (name) => Promise.resolve(values.get(name)),
    async set(name, value) {
      values.set(name, value);
    },
    async delete(name) {
      values.delete(name);
    },
  };
}
