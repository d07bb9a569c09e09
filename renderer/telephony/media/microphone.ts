import type { CallView } from '../../../preload/contract/models.ts';
import type { MediaKit } from './kit.ts';
import type { Resources } from './resources.ts';

export type MicrophoneState = CallView['microphone'];

export interface MicrophoneListener {
  changed(state: MicrophoneState): void;
  /** Puts the track into the call; it resolves when the old one is no longer used. Null: there is none. */
  put(track: MediaStreamTrack | null): Promise<void>;
}

/** What to ask for, best first: a stored id may be of a device that is gone (pitfall 50). */
function constraintsFor(deviceId: string | null): MediaTrackConstraints[] {
  const base = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (deviceId === null) return [base];
  return [{ ...base, deviceId: { exact: deviceId } }, { ...base, deviceId: { ideal: deviceId } }, base];
}

/**
 * The microphone of one call. Open only between `open` and `close`; whatever arrives after `close` is stopped at once. A
 * device that vanishes is replaced by another one; with none left the state says so, and the call goes on in silence.
 */
export class Microphone {
  readonly #kit: MediaKit;
  readonly #resources: Resources;
  readonly #listener: MicrophoneListener;
  #state: MicrophoneState = 'closed';
  #deviceId: string | null;
  #attempt = 0;
  #track: MediaStreamTrack | null = null;
  #forget: () => void = () => undefined;
  #stopListening: () => void = () => undefined;

  constructor(kit: MediaKit, resources: Resources, deviceId: string | null, listener: MicrophoneListener) {
    this.#kit = kit;
    this.#resources = resources;
    this.#deviceId = deviceId;
    this.#listener = listener;
  }

  get state(): MicrophoneState {
    return this.#state;
  }

  open(): void {
    if (this.#state !== 'closed') return;
    this.#stopListening = this.#kit.onDeviceChange(() => {
      if (this.#state === 'missing') this.#acquire();
    });
    this.#acquire();
  }

  /** Moves the call to another device. */
  choose(deviceId: string | null): void {
    if (deviceId === this.#deviceId) return;
    this.#deviceId = deviceId;
    if (this.#state !== 'closed') this.#acquire();
  }

  close(): void {
    this.#attempt += 1;
    this.#stopListening();
    this.#forget();
    this.#track = null;
    this.#show('closed');
  }

  #acquire(): void {
    const attempt = (this.#attempt += 1);
    if (!this.#track) this.#show('opening');
    this.#request().then(
      (stream) => this.#use(stream, attempt),
      (error: unknown) => this.#failed(error, attempt),
    );
  }

  async #request(): Promise<MediaStream> {
    let last: unknown;
    for (const audio of constraintsFor(this.#deviceId)) {
      try {
        return await this.#kit.getUserMedia({ audio, video: false });
      } catch (error) {
        last = error;
        if (isRefusal(error)) break;
      }
    }
    throw last;
  }

  #use(stream: MediaStream, attempt: number): void {
    const [track, ...others] = stream.getAudioTracks();
    for (const other of others) other.stop();
    if (!track) {
      this.#failed(new Error('no audio track'), attempt);
      return;
    }
    if (attempt !== this.#attempt) {
      track.stop();
      return;
    }
    const forgetOld = this.#forget;
    this.#track = track;
    this.#forget = this.#resources.keep('track', () => track.stop());
    // Unplugged while in use: some other device, or silence.
    track.addEventListener('ended', () => {
      if (this.#track === track) this.#lost();
    });
    void this.#handOver(track, forgetOld);
    this.#show('open');
  }

  /** The old device is let go only when the call no longer uses it. */
  async #handOver(track: MediaStreamTrack | null, forgetOld: () => void): Promise<void> {
    await this.#listener.put(track).catch(() => undefined);
    forgetOld();
  }

  #lost(): void {
    this.#forget();
    this.#track = null;
    this.#acquire();
  }

  #failed(error: unknown, attempt: number): void {
    if (attempt !== this.#attempt) return;
    if (this.#track) return; // The device that was chosen anew cannot be had: the old one serves on.
    this.#show(isRefusal(error) ? 'refused' : 'missing');
    void this.#handOver(null, () => undefined);
  }

  #show(state: MicrophoneState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listener.changed(state);
  }
}

function isRefusal(error: unknown): boolean {
  const { name } = error as { name?: string };
  return name === 'NotAllowedError' || name === 'SecurityError';
}
