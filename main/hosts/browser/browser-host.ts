import type { HostOptions, HostStart } from '../host.ts';

/**
 * Makes the browser host: a loopback server and the machine's own Chromium, Chrome or Edge in app mode. Takes the
 * profile's lock, binds the port and starts the browser; requests wait for Host.start.
 */
export async function createBrowserHost(options: HostOptions): Promise<HostStart> {
  return { kind: 'refused', sentence: `Not built yet: ${options.dataDir}` };
}
