import { LivePhone } from '../live-phone.ts';
import { NetworkMemory } from '../media/ice-gate.ts';
import { browserMediaKit, type MediaKit } from '../media/kit.ts';
import { Resources } from '../media/resources.ts';
import type { Phone } from '../phone.ts';
import { createTimers, type TimerWorker, type Timers } from '../timers.ts';
import { TonePlayer, type ToneContext } from '../tones/player.ts';
import type { WebSocketLike } from './kept-socket.ts';
import { UaLine } from './ua-line.ts';

/** Everything from outside, replaceable one by one; tests and the bench do. */
export interface PhoneSurroundings {
  readonly timers: Timers;
  readonly resources: Resources;
  readonly kit: MediaKit;
  readonly makeContext: () => ToneContext;
  readonly openWebSocket: (url: string) => WebSocketLike;
  readonly random: () => number;
  readonly newId: () => string;
  readonly report: (what: string) => void;
}

/** RFC 7118 section 4: the WebSocket sub-protocol is `sip`. */
const SUB_PROTOCOL = 'sip';

function browserSurroundings(): PhoneSurroundings {
  return {
    timers: createTimers(makeTimerWorker),
    resources: new Resources(),
    kit: browserMediaKit(),
    makeContext: () => new AudioContext(),
    openWebSocket: (url) => new WebSocket(url, SUB_PROTOCOL),
    random: Math.random,
    newId: () => crypto.randomUUID(),
    report: () => undefined,
  };
}

/** The whole telephone. JsSIP, the browser's media and the timers meet here and nowhere else. */
export function createBrowserPhone(replace: Partial<PhoneSurroundings> = {}): Phone {
  const parts = { ...browserSurroundings(), ...replace };
  const warmth = new Warmth();
  return new LivePhone({
    ...parts,
    memory: new NetworkMemory(),
    tones: new TonePlayer(parts.makeContext, parts.timers, parts.resources),
    openLine: (credentials, listener) => {
      warmth.makeCertificate();
      return new UaLine(credentials, parts, listener);
    },
    certificate: () => warmth.certificate,
    warmUp: () => warmth.warmConnection(parts.timers),
  });
}

const WARM_UP_WITHIN_MS = 2_000;

/** What costs time on a page's first call and can be had before it: the DTLS certificate and WebRTC's own start. */
class Warmth {
  certificate: RTCCertificate | undefined;

  makeCertificate(): void {
    if (this.certificate || typeof RTCPeerConnection.generateCertificate !== 'function') return;
    RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as AlgorithmIdentifier).then(
      (certificate) => (this.certificate = certificate),
      () => undefined,
    );
  }

  /** One offer on a throw-away connection loads codecs, threads and the candidate gathering; it opens no device. */
  warmConnection(timers: Timers): void {
    try {
      const connection = new RTCPeerConnection({ bundlePolicy: 'balanced' });
      const done = () => connection.close();
      const limit = timers.set(WARM_UP_WITHIN_MS, done);
      connection.addEventListener('icecandidate', () => {
        limit.clear();
        done();
      });
      connection.addTransceiver('audio', { direction: 'sendrecv' });
      connection
        .createOffer()
        .then((offer) => connection.setLocalDescription(offer))
        .catch(() => undefined);
    } catch {
      // Without WebRTC there is nothing to warm; the first call says what is wrong.
    }
  }
}

/** Null where a worker cannot be had; the timers then run on the page. */
function makeTimerWorker(): TimerWorker | null {
  try {
    return new Worker('/timer-worker.js', { type: 'module' });
  } catch {
    return null;
  }
}
