import { networkInterfaces } from 'node:os';

const LOOPBACK = '127.0.0.1';

/** The IPv4 addresses of this machine, those of its networks before loopback. */
export function localAddresses(): readonly string[] {
  const rows = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outer = rows.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
  return [...outer, LOOPBACK];
}

/**
 * The address of this machine to meet the far end on: that of its first UDP host candidate which is ours, because then
 * both sit on it. Undefined for a peer that names none of ours.
 */
export function sharedAddress(sdp: string, addresses: readonly string[]): string | undefined {
  for (const [, address] of sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) \d+ typ host/gim)) {
    if (address !== undefined && addresses.includes(address)) return address;
  }
  return undefined;
}

/** Where to meet a far end that names none of our addresses: from this machine any of them can be reached. */
export function defaultAddress(addresses: readonly string[]): string {
  return addresses[0] ?? LOOPBACK;
}
