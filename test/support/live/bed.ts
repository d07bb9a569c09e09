import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { freeUdpPort, hostAddress } from '../ports.ts';
import type { Managed } from '../processes.ts';
import type { Heard } from '../tones.ts';
import { startBaresip, type Baresip } from './baresip.ts';
import { startKamailio, type Kamailio } from './kamailio.ts';
import { hearRelayed } from './relayed.ts';
import { startRtpEngine } from './rtpengine.ts';
import type { Step } from './scenarios.ts';
import { startScenario } from './sipp.ts';

/** The tone the other party plays, and the one our microphone hears. Far apart, and no harmonics of each other. */
export const PEER_TONE_HZ = 1000;
export const OWN_TONE_HZ = 440;

export const APP_USER = '1001';
export const PEER_USER = '1002';
export const SCENARIO_USER = '1003';
const PASSWORDS = { [APP_USER]: 'kestrel-42', [PEER_USER]: 'plover-17' };

/** A telephone network of real parts on this machine: proxy, media relay, and somebody to call. */
export interface Bed {
  readonly folder: string;
  readonly address: string;
  readonly kamailio: Kamailio;
  readonly peer: Baresip;
  readonly account: {
    readonly wsUrl: string;
    readonly user: string;
    readonly password: string;
    readonly domain: string;
  };
  /** Somebody else to be called: does the steps with the next call to SCENARIO_USER. Ended with the bed at the latest. */
  play(steps: readonly Step[]): Promise<Managed>;
  /** What arrives at the relay from our side, decrypted; holds where the peer's own recording ends (at its first hold). */
  hearRelayed(forMs: number, frequencies: readonly number[]): Promise<Heard>;
  stop(): Promise<void>;
}

/** Starts everything on free ports, with configuration written into `folder`; stops what it started if one part fails. */
export async function startBed(folder: string): Promise<Bed> {
  await mkdir(folder, { recursive: true });
  const address = hostAddress();
  const scenarioPort = await freeUdpPort(address);
  const started: Managed[] = [];
  let playing: Managed | undefined;
  const stop = async (): Promise<void> => {
    await playing?.stop();
    for (const each of started.toReversed()) await each.stop();
  };
  try {
    const media = await startRtpEngine(address, folder);
    started.push(media);
    const kamailio = await startKamailio(address, folder, {
      users: PASSWORDS,
      scenario: { user: SCENARIO_USER, port: scenarioPort },
      rtpengine: media.control,
    });
    started.push(kamailio);
    const peer = await startBaresip({
      address,
      folder: path.join(folder, 'peer'),
      user: PEER_USER,
      password: PASSWORDS[PEER_USER] ?? '',
      domain: kamailio.domain,
      proxy: kamailio.udpAddress,
      toneHz: PEER_TONE_HZ,
      answers: 'by_itself',
    });
    started.push(peer);
    const account = {
      wsUrl: kamailio.wsUrl,
      user: APP_USER,
      password: PASSWORDS[APP_USER] ?? '',
      domain: kamailio.domain,
    };
    return {
      folder,
      address,
      kamailio,
      peer,
      account,
      async play(steps) {
        await playing?.stop();
        const player = await startScenario(address, scenarioPort, folder, steps);
        playing = player;
        return player;
      },
      hearRelayed: (forMs, frequencies) => hearRelayed(media.recordings, peer.mediaPorts, forMs, frequencies),
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}
