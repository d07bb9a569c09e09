import { randomInt } from 'node:crypto';
import { RtpHeader, RtpPacket, type DtlsKeys, type RTCPeerConnection, type RTCRtpTransceiver } from 'werift';
import type { Clock } from '../../../platform/clock.ts';
import { defaultAddress, localAddresses, sharedAddress } from './address.ts';
import { FRAME_BYTES } from './announcements.ts';
import { newDtlsKeys, newPeer, type CodecSet } from './peer.ts';
import { viewSdp, withDirection, type Direction, type OfferView } from './sdp.ts';
import { parseTelephoneEvent } from './telephone-event.ts';

const FRAME_MS = 20;
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
  readonly codecs: CodecSet;
  readonly onDigit: (digit: string) => void;
  /** The addresses of this machine; those of its interfaces unless given. */
  readonly addresses?: () => readonly string[];
}

/**
 * An offer as werift takes it well. An inactive section would turn the next ICE restart into a renomination: it gets a
 * one-way hold. Candidates whose generation is not werift's own count would never be nominated: they lose theirs.
 */
function forWerift(offer: string): string {
  return withDirection(offer, 'inactive', 'sendonly').replace(/^(a=candidate:.*?) generation \d+/gm, '$1');
}

/**
 * One end of an audio path: ICE, DTLS-SRTP and RTP by werift, towards one WebRTC peer. Offers and answers go through it one
 * at a time; a new ICE user fragment in an offer restarts ICE. It MUST be closed.
 */
export class MediaSession {
  readonly #options: MediaOptions;
  #peer: RTCPeerConnection | undefined;
  #address = '';
  #iceUfrag = '';
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
  }

  get connected(): boolean {
    return this.#peer?.connectionState === 'connected';
  }

  /** Answers an offer; undefined when it cannot be met (488). */
  async answer(offer: string): Promise<string | undefined> {
    const view = viewSdp(offer);
    if (!view) return undefined;
    const peer = await this.#peerFor(offer, view);
    if (this.#closed) return undefined;
    await peer.setRemoteDescription({ type: 'offer', sdp: forWerift(offer) });
    const [transceiver] = peer.getTransceivers();
    if (!transceiver || this.#closed) return undefined;
    transceiver.setDirection('sendrecv');
    // As DTLS client werift pauses before its first flight; as server it answers at once.
    if (transceiver.dtlsTransport.state === 'new') transceiver.dtlsTransport.role = 'server';
    await peer.setLocalDescription(await peer.createAnswer());
    const answer = peer.localDescription?.sdp;
    if (answer === undefined || this.#closed || !transceiver.sender.codec) return undefined;
    this.#transceiver = transceiver;
    this.#eventTypes = view.eventTypes;
    this.#direction = view.direction;
    return view.direction === 'inactive' ? withDirection(answer, 'recvonly', 'inactive') : answer;
  }

  async offer(): Promise<string> {
    const peer = this.#peer ?? this.#open(defaultAddress(this.#addresses()));
    this.#transceiver ??= peer.addTransceiver('audio', { direction: 'sendrecv' });
    await peer.setLocalDescription(await peer.createOffer());
    return peer.localDescription?.sdp ?? '';
  }

  /** Takes the answer to our offer; false when it does not fit. */
  async accept(answer: string): Promise<boolean> {
    const view = viewSdp(answer);
    if (!view || !this.#peer) return false;
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: answer });
    this.#iceUfrag = view.iceUfrag;
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
    await this.#peer?.close();
  }

  /**
   * The peer that answers this offer: the present one, but a fresh one when ICE restarts from another address, because
   * sockets cannot move. Its certificate is new, so that the far end starts DTLS again (RFC 8842 section 3.1).
   */
  async #peerFor(offer: string, view: OfferView): Promise<RTCPeerConnection> {
    const restarted = this.#iceUfrag !== '' && this.#iceUfrag !== view.iceUfrag;
    this.#iceUfrag = view.iceUfrag;
    if (this.#peer && !restarted) return this.#peer;
    const mine = this.#addresses();
    const shared = sharedAddress(offer, mine);
    if (!this.#peer) return this.#open(shared ?? defaultAddress(mine));
    // An offer sent before its candidates were gathered names none; then a path that still exists stays.
    if (shared === this.#address || (shared === undefined && mine.includes(this.#address))) return this.#peer;
    const old = this.#peer;
    // Its sockets go first: neither its close alert nor its old certificate may meet the far end's new handshake.
    await Promise.all(old.iceTransports.map((transport) => transport.stop()));
    await old.close();
    return this.#open(shared ?? defaultAddress(mine), await newDtlsKeys());
  }

  #addresses(): readonly string[] {
    return (this.#options.addresses ?? localAddresses)();
  }

  #open(address: string, keys?: DtlsKeys): RTCPeerConnection {
    const peer = newPeer(this.#options.codecs, address, keys);
    this.#peer = peer;
    this.#address = address;
    peer.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => this.#received(packet));
    });
    peer.connectionStateChange.subscribe((state) => {
      if (state === 'connected' && peer === this.#peer) this.#startPacer();
    });
    return peer;
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
