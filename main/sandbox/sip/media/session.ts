import {
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtpHeader,
  RtpPacket,
  useOPUS,
  usePCMU,
  type RTCRtpTransceiver,
} from 'werift';
import { randomInt } from 'node:crypto';
import type { Clock } from '../../../platform/clock.ts';
import { viewSdp, withDirection, type Direction } from './sdp.ts';
import { FRAME_BYTES } from './announcements.ts';
import { parseTelephoneEvent } from './telephone-event.ts';

export const FRAME_MS = 20;
const MAX_LATE_MS = 500;

/** What the far end hears. */
export type Source =
  | { readonly kind: 'silence' }
  | { readonly kind: 'echo' }
  | {
      readonly kind: 'announcement';
      readonly frames: readonly Buffer[];
      /** How often it is spoken; null for as long as the call lasts. */
      readonly times: number | null;
      /** Silence between two times. */
      readonly pauseMs: number;
      readonly onDone?: () => void;
    };

export interface MediaOptions {
  readonly clock: Clock;
  /** 'any' prefers Opus; announcements are mu-law. */
  readonly codecs: 'any' | 'pcmu';
  readonly onDigit: (digit: string) => void;
}

function codecsOf(kind: MediaOptions['codecs']): RTCRtpCodecParameters[] {
  const event = (clockRate: number, payloadType: number): RTCRtpCodecParameters =>
    new RTCRtpCodecParameters({ mimeType: 'audio/telephone-event', clockRate, payloadType });
  if (kind === 'pcmu') return [usePCMU(), event(8_000, 126)];
  return [useOPUS({ payloadType: 111 }), usePCMU(), event(48_000, 110), event(8_000, 126)];
}

function newPeer(kind: MediaOptions['codecs']): RTCPeerConnection {
  return new RTCPeerConnection({
    codecs: { audio: codecsOf(kind) },
    // The default asks a public STUN server; nothing here may leave the machine.
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
  });
}

/** Loads and signs what the first call would otherwise wait for (the DTLS certificate is shared by all). */
export async function warmUpMedia(): Promise<void> {
  const peer = newPeer('any');
  peer.addTransceiver('audio');
  await peer.createOffer();
  await peer.close();
}

/**
 * One end of an audio path: ICE, DTLS-SRTP and RTP by werift, towards one WebRTC peer. Offers and answers go through it one
 * at a time; a new ICE user fragment in an offer restarts ICE. It MUST be closed.
 */
export class MediaSession {
  readonly #options: MediaOptions;
  readonly #peer: RTCPeerConnection;
  #transceiver: RTCRtpTransceiver | undefined;
  #eventTypes: ReadonlySet<number> = new Set();
  #direction: Direction = 'sendrecv';
  #source: Source = { kind: 'silence' };
  #stopPacer: (() => void) | null = null;
  #lastEventAt = -1;
  #sequence = randomInt(0x8000);
  #timestamp = randomInt(0x7fffffff);
  #closed = false;

  constructor(options: MediaOptions) {
    this.#options = options;
    this.#peer = newPeer(options.codecs);
    this.#peer.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => this.#received(packet));
    });
    this.#peer.connectionStateChange.subscribe((state) => {
      if (state === 'connected') this.#startPacer();
    });
  }

  get connected(): boolean {
    return this.#peer.connectionState === 'connected';
  }

  /** Answers an offer; undefined when it cannot be met (488). */
  async answer(offer: string): Promise<string | undefined> {
    const view = viewSdp(offer);
    if (!view) return undefined;
    // Inside werift an inactive section would turn the next ICE restart into a renomination: it gets a one-way hold.
    const sdp = withDirection(offer, 'inactive', 'sendonly');
    await this.#peer.setRemoteDescription({ type: 'offer', sdp });
    const [transceiver] = this.#peer.getTransceivers();
    if (!transceiver || this.#closed) return undefined;
    transceiver.setDirection('sendrecv');
    await this.#peer.setLocalDescription(await this.#peer.createAnswer());
    const answer = this.#peer.localDescription?.sdp;
    if (answer === undefined || this.#closed || !transceiver.sender.codec) return undefined;
    this.#transceiver = transceiver;
    this.#eventTypes = view.eventTypes;
    this.#direction = view.direction;
    return view.direction === 'inactive' ? withDirection(answer, 'recvonly', 'inactive') : answer;
  }

  async offer(): Promise<string> {
    this.#transceiver ??= this.#peer.addTransceiver('audio', { direction: 'sendrecv' });
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    return this.#peer.localDescription?.sdp ?? '';
  }

  /** Takes the answer to our offer; false when it does not fit. */
  async accept(answer: string): Promise<boolean> {
    const view = viewSdp(answer);
    if (!view) return false;
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: answer });
    this.#eventTypes = view.eventTypes;
    this.#direction = view.direction;
    return true;
  }

  /** Changes what the far end hears, at once when media flows, else as soon as it does. */
  play(source: Source): void {
    this.#stopPacer?.();
    this.#stopPacer = null;
    this.#source = source;
    // Another source has its own sequence numbers and time; the far end must see one stream.
    this.#transceiver?.sender.replaceRTP({ sequenceNumber: 0, timestamp: 0 }, false, FRAME_BYTES);
    if (this.connected) this.#startPacer();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopPacer?.();
    this.#stopPacer = null;
    await this.#peer.close();
  }

  /** Whether the far end wants to hear us. */
  get #mayBeHeard(): boolean {
    return this.#direction === 'sendrecv' || this.#direction === 'recvonly';
  }

  #received(packet: RtpPacket): void {
    if (this.#eventTypes.has(packet.header.payloadType)) {
      const event = parseTelephoneEvent(packet.payload);
      // The three last packets of a digit are the same (RFC 4733 section 2.5.1.4); its time tells digits apart.
      if (!event?.end || packet.header.timestamp === this.#lastEventAt) return;
      this.#lastEventAt = packet.header.timestamp;
      this.#options.onDigit(event.digit);
    } else if (this.#source.kind === 'echo' && this.#mayBeHeard) this.#send(packet.clone());
  }

  #send(packet: RtpPacket): void {
    // Extensions are numbered for the way they came; the sender adds its own.
    packet.header.extensions = [];
    packet.header.extension = false;
    // A packet that cannot go out is lost, as on any network.
    void this.#transceiver?.sender.sendRtp(packet).catch(() => undefined);
  }

  /** Speaks the announcement in frames of 20 ms against the clock, so that a late timer does not stretch it. */
  #startPacer(): void {
    const source = this.#source;
    if (source.kind !== 'announcement' || this.#closed || this.#stopPacer) return;
    const { clock } = this.#options;
    const round = source.frames.length + Math.ceil(source.pauseMs / FRAME_MS);
    let startedAtMs = clock.now();
    let sent = 0;
    const tick = (): void => {
      const nowMs = clock.now();
      // After a sleep of the machine the missed frames are not owed.
      if (nowMs - startedAtMs - sent * FRAME_MS > MAX_LATE_MS) startedAtMs = nowMs - sent * FRAME_MS;
      for (const due = Math.floor((nowMs - startedAtMs) / FRAME_MS) + 1; sent < due; sent += 1) {
        if (source.times !== null && sent >= round * source.times) {
          this.play({ kind: 'silence' });
          source.onDone?.();
          return;
        }
        this.#frame(source.frames[sent % round], sent % round === 0);
      }
      this.#stopPacer = clock.after(startedAtMs + sent * FRAME_MS - nowMs, tick);
    };
    tick();
  }

  #frame(frame: Buffer | undefined, first: boolean): void {
    this.#timestamp = (this.#timestamp + FRAME_BYTES) >>> 0;
    if (!frame || !this.#mayBeHeard) return;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const header = new RtpHeader({
      payloadType: 0,
      sequenceNumber: this.#sequence,
      timestamp: this.#timestamp,
      marker: first,
    });
    this.#send(new RtpPacket(header, frame));
  }
}
