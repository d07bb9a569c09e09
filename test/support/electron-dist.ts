import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What @electron/fuses looks for in a binary, then: wire version 1, the number of fuses, their states. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSE_STATES = '11111111';

/**
 * A folder that electron-builder takes for an unpacked Linux Electron: the program is a shell script with a fuse wire.
 * It proves the packaging where the real binary cannot be had.
 */
export function makeElectronDist(folder: string, version: string): string {
  const dist = path.join(folder, 'electron-dist');
  mkdirSync(path.join(dist, 'resources'), { recursive: true });
  mkdirSync(path.join(dist, 'locales'));
  const wire = `${SENTINEL}\u0001${String.fromCharCode(FUSE_STATES.length)}${FUSE_STATES}`;
  writeFileSync(path.join(dist, 'electron'), `#!/bin/sh\nexit 0\n# ${wire}\n`, { mode: 0o755 });
  writeFileSync(path.join(dist, 'version'), version);
  writeFileSync(path.join(dist, 'LICENSE'), 'stand-in');
  writeFileSync(path.join(dist, 'locales/en-US.pak'), '');
  return dist;
}
