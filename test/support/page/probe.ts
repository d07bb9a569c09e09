// Runs inside a page under measurement, before its own scripts. Watches from outside: sockets, connections, devices and
// the document; the app knows nothing of it.

/** Moments in performance.now() ms of the page; null = has not happened since `reset`. */
export interface Marks {
  /** The Enter key or click that dialled. */
  readonly inputAt: number | null;
  readonly inviteSentAt: number | null;
  readonly firstAudioAt: number | null;
  readonly inviteReceivedAt: number | null;
  readonly ringPaintedAt: number | null;
  readonly socketClosedAt: number | null;
  readonly registeredAt: number | null;
}

/** What is open in the page now; a page at rest has one socket to its registrar and nothing else. */
export interface OpenResources {
  readonly connections: number;
  readonly tracks: number;
  readonly contexts: number;
  readonly sipSockets: number;
}

/** Where the page registers. */
export interface Registrar {
  readonly wsUrl: string;
  readonly domain: string;
}

export interface Probe {
  registrar(): Registrar | null;
  marks(): Marks;
  reset(): void;
  open(): OpenResources;
  /** Every connection made from now on asks this STUN server as well. */
  useStun(url: string): void;
  /** Every connection made from now on may use this relay only, as on a network that lets nothing else through. */
  useRelay(server: RTCIceServer): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NONE: Marks = {
  inputAt: null,
  inviteSentAt: null,
  firstAudioAt: null,
  inviteReceivedAt: null,
  ringPaintedAt: null,
  socketClosedAt: null,
  registeredAt: null,
};
const marks: Mutable<Marks> = { ...NONE };
// Weak, so that watching keeps nothing in the heap that is measured. What is open is never collected.
const connections = new Set<WeakRef<RTCPeerConnection>>();
const tracks = new Set<WeakRef<MediaStreamTrack>>();
const contexts = new Set<WeakRef<AudioContext>>();
const sockets = new Set<WebSocket>();
let stunUrl: string | undefined;
let relay: RTCIceServer | undefined;
let registrar: Registrar | null = null;

const isDial = (event: Event): boolean =>
  event instanceof KeyboardEvent ? event.key === 'Enter' : (event.target as Element | null)?.closest('button') !== null;
for (const type of ['keydown', 'pointerup']) {
  document.addEventListener(type, (event) => isDial(event) && (marks.inputAt = event.timeStamp), { capture: true });
}

function readMessage(event: MessageEvent): void {
  const text = typeof event.data === 'string' ? event.data : '';
  if (text.startsWith('INVITE ')) marks.inviteReceivedAt ??= performance.now();
  if (text.startsWith('SIP/2.0 200') && /^CSeq: *\d+ REGISTER/im.test(text)) marks.registeredAt ??= performance.now();
}

function readRegistrar(wsUrl: string, text: string): void {
  const domain = /^REGISTER sip:(\S+) /.exec(text)?.[1];
  if (domain !== undefined) registrar = { wsUrl, domain };
}

const NativeSocket = WebSocket;
globalThis.WebSocket = class extends NativeSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    if (![protocols].flat().includes('sip')) return;
    sockets.add(this);
    this.addEventListener('message', readMessage);
    this.addEventListener('close', () => {
      marks.socketClosedAt ??= performance.now();
      sockets.delete(this);
    });
  }

  override send(data: string | Blob | BufferSource): void {
    if (typeof data === 'string') readRegistrar(this.url, data);
    if (typeof data === 'string' && data.startsWith('INVITE ')) marks.inviteSentAt ??= performance.now();
    super.send(data);
  }
};

async function watchAudio(connection: RTCPeerConnection): Promise<void> {
  while (connection.connectionState !== 'closed' && marks.firstAudioAt === null) {
    const reports = [...(await connection.getStats()).values()] as { type: string; packetsReceived?: number }[];
    const arrived = reports.some((report) => report.type === 'inbound-rtp' && (report.packetsReceived ?? 0) > 0);
    if (arrived) marks.firstAudioAt ??= performance.now();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const NativeConnection = RTCPeerConnection;
globalThis.RTCPeerConnection = class extends NativeConnection {
  constructor(configuration: RTCConfiguration = {}) {
    const stun = stunUrl === undefined ? [] : [{ urls: stunUrl }];
    super({
      ...configuration,
      iceServers: [...(configuration.iceServers ?? []), ...stun, ...(relay ? [relay] : [])],
      ...(relay ? { iceTransportPolicy: 'relay' as const } : {}),
    });
    connections.add(new WeakRef(this));
    this.addEventListener('track', () => void watchAudio(this));
  }
};

const NativeContext = AudioContext;
globalThis.AudioContext = class extends NativeContext {
  constructor(options?: AudioContextOptions) {
    super(options);
    contexts.add(new WeakRef(this));
  }
};

const openMicrophone = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (openMicrophone) {
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await openMicrophone(constraints);
    for (const track of stream.getTracks()) tracks.add(new WeakRef(track));
    return stream;
  };
}

new MutationObserver(() => {
  if (marks.ringPaintedAt !== null || !document.querySelector('[aria-label="Incoming call"]')) return;
  // The frame that holds the card has been handed over when the task after its animation frame runs.
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => (marks.ringPaintedAt ??= performance.now()));
    port1.start();
    port2.postMessage(null);
  });
}).observe(document, { childList: true, subtree: true });

function alive<T extends WeakKey>(refs: Iterable<WeakRef<T>>): T[] {
  return [...refs].flatMap((ref) => ref.deref() ?? []);
}

const probe: Probe = {
  registrar: () => registrar,
  marks: () => ({ ...marks }),
  reset: () => Object.assign(marks, NONE),
  open: () => ({
    connections: alive(connections).filter((each) => each.connectionState !== 'closed').length,
    tracks: alive(tracks).filter((each) => each.readyState === 'live').length,
    contexts: alive(contexts).filter((each) => each.state !== 'closed').length,
    sipSockets: sockets.size,
  }),
  useStun: (url) => (stunUrl = url),
  useRelay: (server) => (relay = server),
};

Object.assign(globalThis, { benchProbe: probe });
