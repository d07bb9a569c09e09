import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { freeTcpPort, freeUdpPort, freeUdpRange } from '../ports.ts';
import { startProcess, whenReady, type Managed } from '../processes.ts';
import type { Heard } from '../tones.ts';
import { until } from '../until.ts';
import { hearTail, writeWav } from '../wav.ts';

/** G.711's rate; baresip's file source takes no other. */
const SAMPLE_RATE = 8_000;
/** It plays from the start of the call and then falls silent: longer than any test. */
const TONE_SECONDS = 300;
const MODULES_FOLDER = '/usr/lib/baresip/modules';
const EVENT_LIMIT_MS = 10_000;

export interface BaresipEvent {
  readonly type: string;
  readonly param?: string;
}

/** The other party: a native SIP phone on UDP that plays one tone and records what it is sent. */
export interface Baresip extends Managed {
  /** Sends a command of its menu, for example ("dial", "sip:1001@live.test"). */
  command(name: string, params?: string): void;
  readonly events: readonly BaresipEvent[];
  /** Resolves with the first event of that type at or after index `since` of `events`. */
  event(type: string, since?: number): Promise<BaresipEvent>;
  /** What it received in the last `lastMs`, of the newest call; undefined until there is that much. */
  hear(lastMs: number, frequencies: readonly number[]): Promise<Heard | undefined>;
}

export interface BaresipPlan {
  readonly address: string;
  readonly folder: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly proxy: string;
  readonly toneHz: number;
  readonly answers: 'by_itself' | 'on_command';
}

/** ctrl_tcp frames its JSON as netstrings: "12:{...}," */
function readNetstrings(socket: Socket, onMessage: (message: unknown) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (part: Buffer) => {
    rest = Buffer.concat([rest, part]);
    for (;;) {
      const colon = rest.indexOf(':');
      if (colon < 0) return;
      const length = Number(rest.subarray(0, colon).toString('latin1'));
      if (rest.length < colon + length + 2) return;
      onMessage(JSON.parse(rest.subarray(colon + 1, colon + 1 + length).toString('utf8')));
      rest = rest.subarray(colon + length + 2);
    }
  });
}

async function writeConfig(plan: BaresipPlan, sipPort: number, controlPort: number): Promise<void> {
  const firstRtp = await freeUdpRange(plan.address, 40);
  const tone = path.join(plan.folder, 'tone.wav');
  await writeWav(tone, SAMPLE_RATE, [{ hz: plan.toneHz, seconds: TONE_SECONDS }]);
  const config = [
    `module_path ${MODULES_FOLDER}`,
    `sip_listen ${plan.address}:${sipPort}`,
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    `rtp_ports ${firstRtp}-${firstRtp + 39}`,
    `audio_source aufile,${tone}`,
    'audio_player aubridge,sink',
    'audio_alert aubridge,alert',
    'audio_channels 1',
    'ausrc_channels 1',
    'auplay_channels 1',
    'call_max_calls 8',
    `snd_path ${path.join(plan.folder, 'heard')}`,
    ...['g711', 'aufile', 'aubridge', 'sndfile'].map((name) => `module ${name}.so`),
    ...['account', 'ctrl_tcp', 'menu'].map((name) => `module_app ${name}.so`),
  ];
  const answerMode = plan.answers === 'by_itself' ? 'auto' : 'manual';
  const account = [
    `<sip:${plan.user}@${plan.domain}>`,
    `auth_user=${plan.user}`,
    `auth_pass=${plan.password}`,
    `outbound="sip:${plan.proxy};transport=udp"`,
    `answermode=${answerMode}`,
    'regint=300',
    'audio_codecs=PCMU/8000/1,PCMA/8000/1',
  ].join(';');
  await mkdir(path.join(plan.folder, 'heard'), { recursive: true });
  await writeFile(path.join(plan.folder, 'config'), `${config.join('\n')}\n`);
  await writeFile(path.join(plan.folder, 'accounts'), `${account}\n`);
}

function connectControl(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).on('error', reject);
  });
}

/** Starts baresip with its own configuration folder; resolves once it is registered. */
export async function startBaresip(plan: BaresipPlan): Promise<Baresip> {
  await mkdir(plan.folder, { recursive: true });
  const [sipPort, controlPort] = await Promise.all([freeUdpPort(plan.address), freeTcpPort('127.0.0.1')]);
  await writeConfig(plan, sipPort, controlPort);
  const managed = await startProcess({
    name: 'baresip',
    command: 'baresip',
    args: ['-4', '-f', plan.folder],
    cwd: plan.folder,
    env: { ...process.env, HOME: plan.folder },
    logFile: path.join(plan.folder, 'baresip.log'),
  });
  const control = await whenReady(managed, () => connectControl(controlPort));
  const events: BaresipEvent[] = [];
  readNetstrings(control, (message) => {
    const event = message as BaresipEvent & { event?: boolean };
    if (event.event) events.push(event);
  });
  await whenReady(managed, () => /200 OK|registered successfully/.test(managed.output()));
  return {
    ...managed,
    events,
    command(name, params = '') {
      const json = JSON.stringify({ command: name, params });
      control.write(`${Buffer.byteLength(json)}:${json},`);
    },
    event: (type, since = 0) =>
      until(`baresip event ${type}`, () => events.slice(since).find((each) => each.type === type), EVENT_LIMIT_MS),
    async hear(lastMs, frequencies) {
      const folder = path.join(plan.folder, 'heard');
      const files = (await readdir(folder)).filter((name) => name.endsWith('-dec.wav')).toSorted();
      const newest = files.at(-1);
      return newest === undefined ? undefined : hearTail(path.join(folder, newest), lastMs, frequencies);
    },
    async stop() {
      control.destroy();
      await managed.stop();
    },
  };
}
