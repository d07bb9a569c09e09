import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { freeUdpPort, freeUdpRange } from '../ports.ts';
import { startProcess, whenReady, type Managed } from '../processes.ts';

const ANSWER_LIMIT_MS = 200;
const RELAY_PORTS = 50;
const USER = 'bench';
const PASSWORD = 'relay-only';

/** coturn with one user, for a page that may use nothing but a relay. */
export interface TurnServer extends Managed {
  readonly server: RTCIceServer;
}

/** A STUN Binding request (RFC 8489 section 5): one datagram there, one back. */
function answers(address: string, port: number): Promise<boolean> {
  const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (answered: boolean): void => {
      clearTimeout(timer);
      socket.close(() => resolve(answered));
    };
    const timer = setTimeout(() => finish(false), ANSWER_LIMIT_MS);
    socket.once('message', () => finish(true));
    socket.once('error', () => finish(false));
    socket.send(request, port, address);
  });
}

/** Starts Debian's coturn on an address of this machine, configured from the command line only. */
export async function startTurn(address: string, folder: string): Promise<TurnServer> {
  const port = await freeUdpPort(address);
  const firstPort = await freeUdpRange(address, RELAY_PORTS);
  const managed = await startProcess({
    name: 'turnserver',
    command: 'turnserver',
    args: [
      '-n',
      '--no-tls',
      '--no-dtls',
      '--no-cli',
      '--lt-cred-mech',
      '--realm=bench.invalid',
      `--user=${USER}:${PASSWORD}`,
      `--listening-ip=${address}`,
      `--listening-port=${port}`,
      `--relay-ip=${address}`,
      `--min-port=${firstPort}`,
      `--max-port=${firstPort + RELAY_PORTS - 1}`,
      '--allow-loopback-peers',
      '--cli-password=unused',
      '--log-file=stdout',
      `--pidfile=${folder}/turn.pid`,
      `--userdb=${folder}/turn.db`,
    ],
    cwd: folder,
  });
  await whenReady(managed, () => answers(address, port));
  return {
    ...managed,
    server: { urls: `turn:${address}:${port}?transport=udp`, username: USER, credential: PASSWORD },
  };
}
