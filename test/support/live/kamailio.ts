import { createSocket } from 'node:dgram';
import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freeTcpPort, freeUdpPort } from '../ports.ts';
import { startProcess, whenReady, type Managed } from '../processes.ts';
import { makeCertificate, type Certificate } from './certificate.ts';
import { kamailioConfig } from './kamailio-config.ts';

const ANSWER_LIMIT_MS = 200;
const MODULE_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

export interface Kamailio extends Managed {
  readonly wsUrl: string;
  readonly wssUrl: string;
  readonly certificate: Certificate;
  readonly udpAddress: string;
  readonly domain: string;
  readonly realm: string;
}

export interface KamailioAccounts {
  readonly users: Readonly<Record<string, string>>;
  readonly scenario: { readonly user: string; readonly port: number };
  readonly rtpengine: string;
}

async function modulesFolder(): Promise<string> {
  for (const folder of MODULE_FOLDERS) {
    const modules = path.join(folder, 'kamailio/modules');
    if (
      await access(path.join(modules, 'websocket.so')).then(
        () => true,
        () => false,
      )
    )
      return `${modules}/`;
  }
  throw new Error('Kamailio has no websocket module: install kamailio-websocket-modules');
}

/** One OPTIONS to the proxy itself, answered 200 when it serves. */
function askOptions(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (answered: boolean): void => {
      clearTimeout(timer);
      socket.close(() => resolve(answered));
    };
    const timer = setTimeout(() => finish(false), ANSWER_LIMIT_MS);
    socket.once('message', (message) => finish(message.toString('latin1').startsWith('SIP/2.0 200')));
    socket.once('error', () => finish(false));
    socket.bind(0, address, () => {
      const me = `${address}:${socket.address().port}`;
      const lines = [
        `OPTIONS sip:${address}:${port} SIP/2.0`,
        `Via: SIP/2.0/UDP ${me};rport;branch=z9hG4bK${Math.random().toString(36).slice(2)}`,
        `From: <sip:probe@${address}>;tag=probe`,
        `To: <sip:${address}:${port}>`,
        `Call-ID: probe-${Math.random().toString(36).slice(2)}`,
        'CSeq: 1 OPTIONS',
        'Max-Forwards: 5',
        'Content-Length: 0',
      ];
      socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, address);
    });
  });
}

/** Starts Kamailio in the foreground on free ports, with a configuration written for this run. */
export async function startKamailio(address: string, folder: string, accounts: KamailioAccounts): Promise<Kamailio> {
  const [udpPort, wsPort, wssPort, certificate, modules] = await Promise.all([
    freeUdpPort(address),
    freeTcpPort('127.0.0.1'),
    freeTcpPort('127.0.0.1'),
    makeCertificate('127.0.0.1', folder),
    modulesFolder(),
    mkdir(path.join(folder, 'run'), { recursive: true }),
  ]);
  const [domain, realm] = ['live.test', 'live.test'];
  const file = path.join(folder, 'kamailio.cfg');
  const rpcSocket = path.join(folder, 'run/ctl');
  const ports = { udpPort, wsPort, wssPort };
  await writeFile(
    file,
    kamailioConfig({ address, ...ports, certificate, realm, domain, modules, rpcSocket, ...accounts }),
  );
  const managed = await startProcess({
    name: 'kamailio',
    command: 'kamailio',
    args: ['-DD', '-E', '-f', file, '-Y', path.join(folder, 'run'), '-w', folder, '-m', '32', '-M', '8'],
    cwd: folder,
    logFile: path.join(folder, 'kamailio.log'),
  });
  await whenReady(managed, () => askOptions(address, udpPort));
  return {
    ...managed,
    wsUrl: `ws://127.0.0.1:${wsPort}`,
    wssUrl: `wss://127.0.0.1:${wssPort}`,
    certificate,
    udpAddress: `${address}:${udpPort}`,
    domain,
    realm,
  };
}
