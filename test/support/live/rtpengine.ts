import { createSocket } from 'node:dgram';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { freeUdpPort, freeUdpRange } from '../ports.ts';
import { startProcess, whenReady, type Managed } from '../processes.ts';

const MEDIA_PORTS = 200;
const ANSWER_LIMIT_MS = 200;

/** rtpengine in userspace, relaying media on the host's address. */
export interface RtpEngine extends Managed {
  readonly control: string;
  /** Where it writes what it relays, one file a call. */
  readonly recordings: string;
}

/** The control protocol's ping: one datagram there, one back. */
function ping(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (answered: boolean): void => {
      clearTimeout(timer);
      socket.close(() => resolve(answered));
    };
    const timer = setTimeout(() => finish(false), ANSWER_LIMIT_MS);
    socket.once('message', (message) => finish(message.includes('pong')));
    socket.once('error', () => finish(false));
    socket.send('probe d7:command4:pinge', port, '127.0.0.1');
  });
}

/** Starts rtpengine with configuration from the command line only; nothing of the machine's own is read. */
export async function startRtpEngine(address: string, folder: string): Promise<RtpEngine> {
  const control = await freeUdpPort('127.0.0.1');
  const firstPort = await freeUdpRange(address, MEDIA_PORTS);
  const recordings = path.join(folder, 'relayed');
  await mkdir(recordings, { recursive: true });
  const managed = await startProcess({
    name: 'rtpengine',
    command: 'rtpengine',
    args: [
      '--config-file=none',
      '--foreground',
      '--log-stderr',
      '--log-level=5',
      // No kernel module: every packet passes through the process.
      '--table=-1',
      `--interface=${address}`,
      `--listen-ng=127.0.0.1:${control}`,
      `--port-min=${firstPort}`,
      `--port-max=${firstPort + MEDIA_PORTS - 1}`,
      // A held call is silent; it must not be ended for that.
      '--timeout=3600',
      '--silent-timeout=3600',
      '--delete-delay=0',
      `--recording-dir=${recordings}`,
      '--recording-method=pcap',
      '--recording-format=raw',
      `--pidfile=${path.join(folder, 'rtpengine.pid')}`,
    ],
    cwd: folder,
    logFile: path.join(folder, 'rtpengine.log'),
  });
  await whenReady(managed, () => ping(control));
  return { ...managed, control: `udp:127.0.0.1:${control}`, recordings: path.join(recordings, 'pcaps') };
}
