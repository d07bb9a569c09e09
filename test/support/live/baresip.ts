import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { freeTcpPort, freeUdpPort, freeUdpRange } from '../ports.ts';
import { startProcess, whenReady, type Managed } from '../processes.ts';
import { listen, type Heard } from '../tones.ts';
import { waitUntil } from '../wait-until.ts';
import { hearFrom, recordedBytes, writeWav } from '../wav.ts';

/** G.711's rate; baresip's file source takes no other. */
const SAMPLE_RATE = 8_000;
/** It plays from the start of the call and then falls silent: longer than any test. */
const TONE_SECONDS = 300;
const MODULES_FOLDER = '/usr/lib/baresip/modules';
const MEDIA_PORTS = 40;
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
  /**
   * What it is sent from now on for about `forMs`, in the newest call. No packets, or no call, is silence: the recording
   * stands still then. Only until the call's first hold: baresip 1.0 throws its recorder away there (baresip#1496).
   */
  hear(forMs: number, frequencies: readonly number[]): Promise<Heard>;
  /** First and last port its media comes from. */
  readonly mediaPorts: readonly [number, number];
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

async function writeConfig(plan: BaresipPlan, ports: { sip: number; control: number; media: number }): Promise<void> {
  const tone = path.join(plan.folder, 'tone.wav');
  await writeWav(tone, SAMPLE_RATE, [{ hz: plan.toneHz, seconds: TONE_SECONDS }]);
  const config = [
    `module_path ${MODULES_FOLDER}`,
    `sip_listen ${plan.address}:${ports.sip}`,
    `ctrl_tcp_listen 127.0.0.1:${ports.control}`,
    `rtp_ports ${ports.media}-${ports.media + MEDIA_PORTS - 1}`,
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

async function hearNow(folder: string, forMs: number, frequencies: readonly number[]): Promise<Heard> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('-dec.wav')).toSorted();
  const newest = files.at(-1);
  if (newest === undefined) return listen([], SAMPLE_RATE, frequencies);
  const file = path.join(folder, newest);
  const from = await recordedBytes(file);
  const wanted = from + (forMs / 1000) * SAMPLE_RATE * 2;
  const isThere = async (): Promise<boolean> => (await recordedBytes(file)) >= wanted;
  // A recording that does not grow in twice the time is a party that is sent nothing.
  await waitUntil('recording', isThere, forMs * 2).catch(() => undefined);
  return hearFrom(file, from, forMs, frequencies);
}

/** Starts baresip with its own configuration folder; resolves once it is registered. */
export async function startBaresip(plan: BaresipPlan): Promise<Baresip> {
  await mkdir(plan.folder, { recursive: true });
  const [sip, control, media] = await Promise.all([
    freeUdpPort(plan.address),
    freeTcpPort('127.0.0.1'),
    freeUdpRange(plan.address, MEDIA_PORTS),
  ]);
  await writeConfig(plan, { sip, control, media });
  const managed = await startProcess({
    name: 'baresip',
    command: 'baresip',
    args: ['-4', '-f', plan.folder],
    cwd: plan.folder,
    env: { ...process.env, HOME: plan.folder },
    logFile: path.join(plan.folder, 'baresip.log'),
  });
  const line = await whenReady(managed, () => connectControl(control));
  const events: BaresipEvent[] = [];
  readNetstrings(line, (message) => {
    const event = message as BaresipEvent & { event?: boolean };
    if (event.event) events.push(event);
  });
  await whenReady(managed, () => /200 OK|registered successfully/.test(managed.output()));
  return {
    ...managed,
    events,
    mediaPorts: [media, media + MEDIA_PORTS - 1],
    command(name, params = '') {
      const json = JSON.stringify({ command: name, params });
      line.write(`${Buffer.byteLength(json)}:${json},`);
    },
    event: (type, since = 0) =>
      waitUntil(`baresip event ${type}`, () => events.slice(since).find((each) => each.type === type), EVENT_LIMIT_MS),
    hear: (forMs, frequencies) => hearNow(path.join(plan.folder, 'heard'), forMs, frequencies),
    async stop() {
      line.destroy();
      await managed.stop();
    },
  };
}
