import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** This machine's first IPv4 address beside loopback, else 127.0.0.1: Chromium gathers no loopback candidate beside another. */
export function hostAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.find((each) => each.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.1';
}

/** A TCP port that was free a moment ago. */
export function freeTcpPort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, address, () => {
      const bound = server.address();
      server.close(() => (typeof bound === 'object' && bound ? resolve(bound.port) : reject(new Error('No port'))));
    });
  });
}

/** True when the UDP port can be bound. */
export function isUdpFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.on('error', () => resolve(false));
    socket.bind(port, address, () => socket.close(() => resolve(true)));
  });
}

/** A UDP port that was free a moment ago. */
export function freeUdpPort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4').on('error', reject);
    socket.bind(0, address, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** The first port of `count` free UDP ports in a row, an even number as RTP likes it. */
export async function freeUdpRange(address: string, count: number): Promise<number> {
  for (let first = 30_000; first + count < 60_000; first += count) {
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isUdpFree(address, first + index)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`No ${count} free UDP ports in a row`);
}
