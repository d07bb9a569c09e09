import * as electron from 'electron';
import type { HostOptions, HostStart } from '../host.ts';
import { assembleElectronHost } from './assemble.ts';

/**
 * Makes the Electron host. Its first, synchronous part registers the app:// scheme, which must precede `ready`; and
 * `ready` waits for the top-level awaits of the entry file. So main/index.ts awaits the import of this file at top
 * level, but never this promise.
 */
export function createElectronHost(options: HostOptions): Promise<HostStart> {
  return assembleElectronHost(electron, options);
}
