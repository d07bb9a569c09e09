import type { AudioSink, MediaKit } from '../../renderer/telephony/media/kit.ts';

/** A candidate the fake network yields once gathering starts. */
export interface FakeCandidate {
  readonly type: 'host' | 'srflx' | 'relay';
}

/** What the fake browser is like and what it has open. One per test. */
export class FakeWorld {
  candidates: readonly FakeCandidate[] = [{ type: 'host' }];
  /** False: a STUN server that never answers. */
  gatheringEnds = true;
  mediaConnects = true;
  negotiatesDtmf = true;
  /** How getUserMedia answers, in order; the last one stays. */
  microphone: Array<'ok' | 'later' | DOMException> = ['ok'];
  readonly connections: FakePeerConnection[] = [];
  readonly tracks: FakeTrack[] = [];
  readonly sinks: FakeSink[] = [];
  readonly contexts: FakeContext[] = [];
  readonly asked: MediaTrackConstraints[] = [];
  readonly waitingMicrophones: Array<() => void> = [];
  readonly deviceListeners = new Set<() => void>();

  /** Everything that is still open; all zero when a test ends. */
  open(): { connections: number; tracks: number; sinks: number; contexts: number; deviceListeners: number } {
    return {
      connections: this.connections.filter((each) => each.signalingState !== 'closed').length,
      tracks: this.tracks.filter((each) => each.readyState === 'live').length,
      sinks: this.sinks.filter((each) => each.srcObject !== null).length,
      contexts: this.contexts.filter((each) => each.state !== 'closed').length,
      deviceListeners: this.deviceListeners.size,
    };
  }

  kit(): MediaKit {
    return {
      getUserMedia: (constraints) => this.#getUserMedia(constraints),
      makeAudioSink: () => {
        const sink = new FakeSink();
        this.sinks.push(sink);
        return sink;
      },
      makeSilence: () => {
        const track = this.newTrack('silence');
        return { track: track as unknown as MediaStreamTrack, close: () => track.stop() };
      },
      streamOf: (track) => ({ getTracks: () => [track] }) as unknown as MediaStream,
      onDeviceChange: (listener) => {
        this.deviceListeners.add(listener);
        return () => this.deviceListeners.delete(listener);
      },
    };
  }

  newTrack(label: string): FakeTrack {
    const track = new FakeTrack(label);
    this.tracks.push(track);
    return track;
  }

  makeContext(): never {
    const context = new FakeContext();
    this.contexts.push(context);
    return context as never;
  }

  /** Makes this world's classes the globals JsSIP reaches for. */
  install(): void {
    const world = new WeakRef<FakeWorld>(this);
    class Connection extends FakePeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(world.deref()!, configuration);
      }
    }
    Object.assign(globalThis, {
      window: globalThis,
      RTCPeerConnection: Connection,
      RTCSessionDescription: class {
        readonly type: RTCSdpType;
        readonly sdp: string;
        constructor(init: { type: RTCSdpType; sdp: string }) {
          this.type = init.type;
          this.sdp = init.sdp;
        }
      },
    });
  }

  async #getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.asked.push(constraints.audio as MediaTrackConstraints);
    const answer = this.microphone.length > 1 ? this.microphone.shift()! : this.microphone[0]!;
    if (answer === 'later') await new Promise<void>((resolve) => this.waitingMicrophones.push(resolve));
    else if (answer !== 'ok') throw answer;
    const track = this.newTrack('microphone');
    return { getAudioTracks: () => [track], getTracks: () => [track] } as unknown as MediaStream;
  }
}

export class FakeTrack extends EventTarget {
  readonly kind = 'audio';
  readonly label: string;
  enabled = true;
  muted = false;
  readyState: 'live' | 'ended' = 'live';

  constructor(label: string) {
    super();
    this.label = label;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** Pulled out of the machine: ends without being asked to. */
  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

export class FakeSink implements AudioSink {
  srcObject: MediaProvider | null = null;
  autoplay = false;
  muted = false;
  sinkId = '';
  missing = new Set<string>();

  async play(): Promise<void> {}

  pause(): void {}

  async setSinkId(sinkId: string): Promise<void> {
    if (this.missing.has(sinkId)) throw new DOMException('gone', 'NotFoundError');
    this.sinkId = sinkId;
  }
}

class FakeNode extends EventTarget {
  buffer: unknown = null;
  loop = false;
  readonly gain = { value: 1, setTargetAtTime: () => undefined };

  connect(next: FakeNode): FakeNode {
    return next;
  }

  start(): void {}

  stop(): void {
    this.dispatchEvent(new Event('ended'));
  }
}

export class FakeContext {
  state: 'running' | 'closed' = 'running';
  currentTime = 0;
  sinkId = '';
  readonly destination = new FakeNode();

  createBuffer(_channels: number, length: number): { length: number; copyToChannel: () => void } {
    return { length, copyToChannel: () => undefined };
  }

  createBufferSource(): FakeNode {
    return new FakeNode();
  }

  createGain(): FakeNode {
    return new FakeNode();
  }

  async setSinkId(sinkId: string): Promise<void> {
    this.sinkId = sinkId;
  }

  async resume(): Promise<void> {}

  async close(): Promise<void> {
    this.state = 'closed';
  }
}

class FakeDtmf {
  toneBuffer = '';
  readonly inserted: Array<readonly [string, number, number]> = [];
  readonly #sender: FakeSender;

  constructor(sender: FakeSender) {
    this.#sender = sender;
  }

  /** As the standard has it: a live track and negotiated telephone-event. */
  get canInsertDTMF(): boolean {
    return this.#sender.track !== null && this.#sender.negotiated;
  }

  insertDTMF(tones: string, duration: number, gap: number): void {
    this.inserted.push([tones, duration, gap]);
    this.toneBuffer = tones;
  }
}

class FakeSender {
  track: FakeTrack | null = null;
  negotiated = false;
  readonly dtmf = new FakeDtmf(this);

  async replaceTrack(track: FakeTrack | null): Promise<void> {
    this.track = track;
  }
}

export interface FakeTransceiver {
  readonly sender: FakeSender;
  readonly receiver: { readonly track: FakeTrack };
  direction: RTCRtpTransceiverDirection;
  currentDirection: RTCRtpTransceiverDirection | null;
}

let nextVersion = 1;

/** RTCPeerConnection with JSEP's signalling states, rollback and gathering; no packets. */
export class FakePeerConnection extends EventTarget {
  readonly configuration: RTCConfiguration | undefined;
  signalingState: RTCSignalingState = 'stable';
  iceGatheringState: RTCIceGatheringState = 'new';
  iceConnectionState: RTCIceConnectionState = 'new';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: { type: RTCSdpType; sdp: string } | null = null;
  remoteDescription: { type: RTCSdpType; sdp: string } | null = null;
  restarts = 0;
  readonly #world: FakeWorld;
  readonly #transceivers: FakeTransceiver[] = [];
  #gathered: string[] = [];
  #ufrag = 'u0';
  #mustGather = true;

  constructor(world: FakeWorld, configuration?: RTCConfiguration) {
    super();
    this.#world = world;
    this.configuration = configuration;
    world.connections.push(this);
  }

  addTransceiver(_kind: string, init: { direction: RTCRtpTransceiverDirection }): FakeTransceiver {
    const transceiver: FakeTransceiver = {
      sender: new FakeSender(),
      receiver: { track: new FakeTrack('remote') },
      direction: init.direction,
      currentDirection: null,
    };
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return [...this.#transceivers];
  }

  getSenders(): FakeSender[] {
    return this.#transceivers.map((each) => each.sender);
  }

  async createOffer(options?: RTCOfferOptions | null): Promise<RTCSessionDescriptionInit> {
    this.#assertOpen();
    if (options?.iceRestart) {
      this.restarts += 1;
      this.#ufrag = `u${this.restarts}`;
      this.#gathered = [];
      this.#mustGather = true;
      // A gathering that never ended goes on under the new credentials.
      if (this.iceGatheringState === 'complete') this.iceGatheringState = 'new';
    }
    return { type: 'offer', sdp: this.#sdp(this.#transceivers[0]?.direction ?? 'sendrecv') };
  }

  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    this.#assertOpen();
    return { type: 'answer', sdp: this.#sdp(this.#transceivers[0]?.direction ?? 'sendrecv') };
  }

  async setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.#assertOpen();
    if (description.type === 'rollback') {
      if (this.signalingState !== 'have-local-offer') throw new DOMException('rollback', 'InvalidStateError');
      this.signalingState = 'stable';
      return;
    }
    const wanted = description.type === 'offer' ? ['stable', 'have-local-offer'] : ['have-remote-offer'];
    if (!wanted.includes(this.signalingState)) throw new DOMException('local', 'InvalidStateError');
    this.signalingState = description.type === 'offer' ? 'have-local-offer' : 'stable';
    this.localDescription = { type: description.type, sdp: description.sdp ?? '' };
    if (this.#mustGather) setImmediate(() => this.#gather());
    this.#mustGather = false;
    this.#negotiated();
  }

  async setRemoteDescription(description: { type: RTCSdpType; sdp: string }): Promise<void> {
    this.#assertOpen();
    if (!description.sdp.startsWith('v=0')) throw new DOMException('no SDP', 'OperationError');
    if (description.type === 'offer') {
      // Implicit rollback, as in JSEP.
      if (!['stable', 'have-local-offer'].includes(this.signalingState))
        throw new DOMException('x', 'InvalidStateError');
      this.signalingState = 'have-remote-offer';
      if (this.#transceivers.length === 0) this.addTransceiver('audio', { direction: 'recvonly' });
    } else {
      if (this.signalingState !== 'have-local-offer') throw new DOMException('x', 'InvalidStateError');
      this.signalingState = 'stable';
    }
    this.remoteDescription = description;
    this.#negotiated();
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
    this.iceConnectionState = 'closed';
    for (const each of this.#transceivers) each.receiver.track.stop();
  }

  /** Moves both connection states, as a network would. */
  become(state: 'connected' | 'disconnected' | 'failed'): void {
    this.iceConnectionState = state;
    this.connectionState = state;
    this.dispatchEvent(new Event('iceconnectionstatechange'));
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  /** A candidate that turns up now. */
  yieldCandidate(type: FakeCandidate['type']): void {
    this.#gathered.push(`a=candidate:1 1 udp 1 192.0.2.1 ${4000 + this.#gathered.length} typ ${type}`);
    if (this.localDescription) this.localDescription.sdp = this.#withCandidates(this.localDescription.sdp);
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: { type } }));
  }

  #gather(): void {
    if (this.signalingState === 'closed') return;
    this.iceGatheringState = 'gathering';
    for (const each of this.#world.candidates) this.yieldCandidate(each.type);
    if (!this.#world.gatheringEnds) return;
    this.iceGatheringState = 'complete';
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: null }));
    this.dispatchEvent(new Event('icegatheringstatechange'));
  }

  #negotiated(): void {
    if (this.signalingState !== 'stable' || !this.localDescription || !this.remoteDescription) return;
    for (const each of this.#transceivers) {
      each.currentDirection = each.direction;
      each.sender.negotiated = this.#world.negotiatesDtmf;
      this.dispatchEvent(Object.assign(new Event('track'), { track: each.receiver.track }));
    }
    if (this.#world.mediaConnects && this.connectionState === 'new') setImmediate(() => this.#connectIfOpen());
    else if (this.#world.mediaConnects && this.restarts > 0) setImmediate(() => this.#connectIfOpen());
  }

  #connectIfOpen(): void {
    if (this.signalingState !== 'closed') this.become('connected');
  }

  #assertOpen(): void {
    if (this.signalingState === 'closed') throw new DOMException('closed', 'InvalidStateError');
  }

  #sdp(direction: string): string {
    return this.#withCandidates(fakeSdp(direction, this.#ufrag));
  }

  #withCandidates(sdp: string): string {
    const lines = sdp.split('\r\n').filter((line) => line !== '' && !line.startsWith('a=candidate'));
    return `${[...lines, ...this.#gathered].join('\r\n')}\r\n`;
  }
}

/** An audio description with telephone-event. */
export function fakeSdp(direction = 'sendrecv', ufrag = 'peer'): string {
  return [
    'v=0',
    `o=- 1 ${nextVersion++} IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 101',
    'c=IN IP4 0.0.0.0',
    'a=rtpmap:111 opus/48000/2',
    'a=rtpmap:101 telephone-event/8000',
    `a=ice-ufrag:${ufrag}`,
    'a=ice-pwd:0123456789012345678901',
    `a=${direction}`,
    '',
  ].join('\r\n');
}
