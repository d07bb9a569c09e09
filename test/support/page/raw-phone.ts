// A page that does nothing but telephone with JsSIP as it comes: proves the live bed without our app, and is the
// baseline the bench compares with.
import JsSIP from 'jssip';

export interface RawAccount {
  readonly wsUrl: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
}

export interface RawCall {
  readonly dialAt: number;
  inviteSentAt: number | null;
  answeredAt: number | null;
  firstAudioAt: number | null;
  endedWith: string | null;
}

export interface RawPhone {
  /** Resolves when the registrar said 200, with performance.now() of that moment. */
  register(account: RawAccount): Promise<number>;
  /** Dials; `iceServers` as RTCConfiguration has them. The numbers of the call fill in as it goes. */
  dial(target: string, iceServers?: readonly RTCIceServer[]): void;
  call(): RawCall | undefined;
  mute(on: boolean): void;
  hold(on: boolean): Promise<void>;
  hangUp(): void;
  unregister(): Promise<void>;
}

type Session = ReturnType<InstanceType<typeof JsSIP.UA>['call']>;

let ua: InstanceType<typeof JsSIP.UA> | undefined;
let session: Session | undefined;
let call: RawCall | undefined;
const audio = new Audio();
audio.autoplay = true;

function watchFirstAudio(connection: RTCPeerConnection, of: RawCall): void {
  connection.addEventListener('track', ({ track, streams }) => {
    audio.srcObject = streams[0] ?? new MediaStream([track]);
  });
  const poll = async (): Promise<void> => {
    if (of.firstAudioAt !== null || connection.connectionState === 'closed') return;
    for (const report of (await connection.getStats()).values()) {
      if (report.type === 'inbound-rtp' && report.packetsReceived > 0) of.firstAudioAt ??= performance.now();
    }
    setTimeout(() => void poll(), 1);
  };
  void poll();
}

const phone: RawPhone = {
  register: ({ wsUrl, user, password, domain }) =>
    new Promise((resolve, reject) => {
      ua = new JsSIP.UA({
        sockets: [new JsSIP.WebSocketInterface(wsUrl)],
        uri: `sip:${user}@${domain}`,
        password,
        register: true,
        session_timers: false,
      });
      ua.on('registered', () => resolve(performance.now()));
      ua.on('registrationFailed', ({ cause }) => reject(new Error(cause)));
      ua.start();
    }),
  dial(target, iceServers = []) {
    const current: RawCall = {
      dialAt: performance.now(),
      inviteSentAt: null,
      answeredAt: null,
      firstAudioAt: null,
      endedWith: null,
    };
    call = current;
    session = ua?.call(target, {
      // Tones are no voice: what cleans a voice would take them away.
      mediaConstraints: {
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
        video: false,
      },
      pcConfig: { iceServers: [...iceServers] },
      eventHandlers: {
        peerconnection: ({ peerconnection }: { peerconnection: RTCPeerConnection }) =>
          watchFirstAudio(peerconnection, current),
        sending: () => (current.inviteSentAt = performance.now()),
        accepted: () => (current.answeredAt ??= performance.now()),
        failed: ({ cause }: { cause: string }) => (current.endedWith = cause),
        ended: ({ cause }: { cause: string }) => (current.endedWith = cause),
      },
    });
    if (session?.connection) watchFirstAudio(session.connection, current);
  },
  call: () => call,
  mute(on) {
    if (on) session?.mute({ audio: true });
    else session?.unmute({ audio: true });
  },
  hold: (on) =>
    new Promise((resolve, reject) => {
      const done = (): void => resolve();
      const sent = on ? session?.hold({ useUpdate: false }, done) : session?.unhold({ useUpdate: false }, done);
      if (!sent) reject(new Error('The call cannot be held now'));
    }),
  hangUp() {
    session?.terminate();
    session = undefined;
  },
  unregister: () =>
    new Promise((resolve) => {
      if (!ua) return resolve();
      ua.on('unregistered', () => resolve());
      ua.unregister();
    }),
};

Object.assign(globalThis, { rawPhone: phone });
