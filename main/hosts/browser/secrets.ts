import { chmodSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { HostInfo } from '../../../preload/contract/models.ts';
import type { SecretStore } from '../host.ts';
import { OWNER_ONLY, writeWhole } from '../../platform/whole-file.ts';

interface KeptSecrets {
  readonly secrets: SecretStore;
  readonly keeping: HostInfo['secretKeeping'];
}

function readAll(file: string): Map<string, string> {
  try {
    // A file made readable by somebody else's umask or copy is closed again before it is used.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, OWNER_ONLY);
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const texts = Object.entries(content ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return new Map(texts);
  } catch {
    return new Map();
  }
}

function canWrite(file: string, text: string): boolean {
  try {
    writeWhole(file, text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Secrets in <dataDir>/secrets.json, mode 0600, readable by this user only; this host has no keystore. A damaged file
 * counts as empty (the person signs in again). Where the file cannot be written, secrets live for this run only, and
 * `keeping` says so.
 */
export function keepSecretsInFile(dataDir: string): KeptSecrets {
  const file = path.join(dataDir, 'secrets.json');
  const values = readAll(file);
  const text = (): string => JSON.stringify(Object.fromEntries(values));
  const onDisk = canWrite(file, text());
  const save = (): void => {
    if (onDisk) writeWhole(file, text());
  };
  return {
    keeping: onDisk ? 'file_0600' : 'this_run_only',
    secrets: {
      get: (name) => Promise.resolve(values.get(name)),
      async set(name, value) {
        values.set(name, value);
        save();
      },
      async delete(name) {
        const value = values.get(name);
        if (!values.delete(name)) return;
        try {
          save();
        } catch (cause) {
          // It is on the disk still: the next try must find it.
          if (value !== undefined) values.set(name, value);
          throw cause;
        }
      },
    },
  };
}
