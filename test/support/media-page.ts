import JsSIP from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession.js';
import type { UA } from 'jssip/lib/UA.js';
import { listen as goertzel, type Heard } from './tones.ts';

/** A bare JsSIP phone for tests of the sandbox's media; runs in the browser. */
export interface MediaPage {
  register(config: { url: string; user: string; password: string; realm: string }): Promise<void>;
  /** Resolves when answered, with the milliseconds from dialling to the answer and to the first audio packet. */
  call(number: string): Promise<{ answeredMs: number; firstAudioMs: number }>;
  /** Resolves with the caller's display name when a call comes in; it is answered. */
  answerNext(): Promise<string>;
  hold(on: boolean): Promise<void>;
  restartIce(): Promise<void>;
  localUfrag(): string;
  iceState(): string;
  hangUp(): void;
  /** The last 170 ms of what is received. */
  hear(frequencies: readonly number[]): Heard;
  packetsReceived(): Promise<number>;
  dtmf(digit: string): void;
  /** A connection without SIP: its offer, once its candidates are there. */
  rawOffer(iceRestart: boolean): Promise<string>;
  rawAnswer(sdp: string): Promise<void>;
  /** 'ended' or 'failed' with its cause. */
  over(): Promise<string>;
}

declare global {
  // eslint-disable-next-line no-var -- the only way to declare a global
  var phone: MediaPage;
}

let ua: UA;
let session: RTCSession | undefined;
let raw: RTCPeerConnection | undefined;
let analyser: AnalyserNode | undefined;
let ended: Promise<string> = Promise.resolve('');

function listen(connection: RTCPeerConnection): void {
  connection.addEventListener('track', (event) => {
    const stream = new MediaStream([event.track]);
    // A remote track is decoded only while an element plays it.
    const element = new Audio();
    element.srcObject = stream;
    element.muted = true;
    void element.play();
    const context = new AudioContext();
    analyser = context.createAnalyser();
    analyser.fftSize = 8_192;
    context.createMediaStreamSource(stream).connect(analyser);
  });
}

function follow(next: RTCSession): void {
  session = next;
  ended = new Promise((resolve) => {
    next.on('ended', (event: { cause: string }) => resolve(`ended ${event.cause}`));
    next.on('failed', (event: { cause: string }) => resolve(`failed ${event.cause}`));
  });
  next.on('icecandidate', (event: { ready: () => void }) => event.ready());
}

function samples(): Float32Array {
  const buffer = new Float32Array(analyser?.fftSize ?? 0);
  analyser?.getFloatTimeDomainData(buffer);
  return buffer;
}

async function inboundPackets(): Promise<number> {
  const report = (await (raw ?? session?.connection)?.getStats()) ?? new Map<string, unknown>();
  let packets = 0;
  for (const row of report.values() as Iterable<{ type: string; packetsReceived?: number }>)
    if (row.type === 'inbound-rtp') packets += row.packetsReceived ?? 0;
  return packets;
}

async function microphone(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
}

globalThis.phone = {
  register: ({ url, user, password, realm }) =>
    new Promise((resolve, reject) => {
      ua = new JsSIP.UA({
        sockets: [new JsSIP.WebSocketInterface(url)],
        uri: `sip:${user}@${realm}`,
        password,
        session_timers: false,
      });
      ua.on('registered', () => resolve());
      ua.on('registrationFailed', (event: { cause?: string }) => reject(new Error(event.cause)));
      ua.start();
    }),
  call: async (number) => {
    const mediaStream = await microphone();
    const startedAt = performance.now();
    const next = ua.call(number, {
      mediaStream,
      pcConfig: { iceServers: [] },
      eventHandlers: { peerconnection: (event: { peerconnection: RTCPeerConnection }) => listen(event.peerconnection) },
    });
    follow(next);
    const answeredMs = await new Promise<number>((resolve, reject) => {
      next.on('accepted', () => resolve(performance.now() - startedAt));
      next.on('failed', (event: { cause: string }) => reject(new Error(event.cause)));
    });
    while ((await inboundPackets()) === 0) if (performance.now() - startedAt > 8_000) throw new Error('no audio');
    return { answeredMs, firstAudioMs: performance.now() - startedAt };
  },
  answerNext: () =>
    new Promise((resolve) => {
      ua.on('newRTCSession', (event: { originator: unknown; session: RTCSession }) => {
        if (event.originator !== 'remote') return;
        follow(event.session);
        event.session.on('peerconnection', ({ peerconnection }: { peerconnection: RTCPeerConnection }) =>
          listen(peerconnection),
        );
        event.session.on('accepted', () => resolve(event.session.remote_identity.display_name));
        void microphone().then((mediaStream) => event.session.answer({ mediaStream, pcConfig: { iceServers: [] } }));
      });
    }),
  hold: (on) =>
    new Promise((resolve) => void (on ? session?.hold({}, () => resolve()) : session?.unhold({}, () => resolve()))),
  restartIce: () =>
    new Promise((resolve) => void session?.renegotiate({ rtcOfferConstraints: { iceRestart: true } }, () => resolve())),
  localUfrag: () => /a=ice-ufrag:(\S+)/.exec(session?.connection.localDescription?.sdp ?? '')?.[1] ?? '',
  iceState: () => session?.connection.iceConnectionState ?? '',
  hangUp: () => session?.terminate(),
  hear: (frequencies) => goertzel(samples(), analyser?.context.sampleRate ?? 48_000, frequencies),
  packetsReceived: inboundPackets,
  dtmf: (digit) => session?.sendDTMF(digit, { transportType: 'RFC2833' as never, duration: 100, interToneGap: 70 }),
  rawOffer: async (iceRestart) => {
    if (!raw) {
      raw = new RTCPeerConnection();
      listen(raw);
      for (const track of (await microphone()).getTracks()) raw.addTrack(track);
    }
    const connection = raw;
    await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
    // The state may still say that the former gathering is complete.
    while (!/a=candidate/.test(connection.localDescription?.sdp ?? '')) {
      await new Promise((resolve) => connection.addEventListener('icecandidate', resolve, { once: true }));
    }
    return connection.localDescription?.sdp ?? '';
  },
  rawAnswer: async (sdp) => raw?.setRemoteDescription({ type: 'answer', sdp }),
  over: () => ended,
};
