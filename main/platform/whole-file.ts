import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** Only the owner may read or write. */
export const OWNER_ONLY = 0o600;

/** Written beside, flushed, then renamed: after a power cut either the old or the new text is there. Mode 0600. */
export function writeWhole(file: string, text: string): void {
  const beside = `${file}.new`;
  const fd = openSync(beside, 'w', OWNER_ONLY);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(beside, file);
}
