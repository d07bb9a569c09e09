import type { Resources } from '../media/resources.ts';
import type { Timer, Timers } from '../timers.ts';
import { renderPeriod, toneFor, type ToneName } from './plan.ts';

/** How and where a tone sounds. `volume` 0 to 100; 0 is silence by choice and makes no context at all. */
export interface ToneSetting {
  readonly countryCode: string;
  readonly sinkId: string | null;
  readonly volume: number;
}

/** What the player needs of an AudioContext; setSinkId is missing from the DOM library. */
export interface ToneContext extends AudioContext {
  setSinkId?(sinkId: string): Promise<void>;
}

/** Exchange tones carry nothing above 620 Hz and the bell 784 Hz: 8 kHz renders them exactly and cheaply. */
const RENDER_RATE = 8000;
const BELL_ALTERNATE_MS = 60;
/** About -12 dBFS: loud enough on a headset beside speech at -20. */
const FULL_GAIN = 0.25;
const STOP_FADE_S = 0.01;
/** How long a busy or congestion tone sounds after a call that ended by itself. */
export const END_TONE_MS = 3000;

interface Playing {
  readonly context: ToneContext;
  readonly source: AudioBufferSourceNode;
  readonly gain: GainNode;
  readonly forget: () => void;
}

/**
 * Plays one tone at a time on a chosen device. The AudioContext is made when a tone starts and closed when it stops, so
 * an idle phone holds no audio device. A device that is gone means the default device, never an exception.
 */
export class TonePlayer {
  readonly #makeContext: () => ToneContext;
  readonly #timers: Timers;
  readonly #resources: Resources;
  #playing: Playing | null = null;
  #name: ToneName | null = null;
  #stopTimer: Timer | null = null;

  constructor(makeContext: () => ToneContext, timers: Timers, resources: Resources) {
    this.#makeContext = makeContext;
    this.#timers = timers;
    this.#resources = resources;
  }

  /** The tone that sounds now. */
  get playing(): ToneName | null {
    return this.#name;
  }

  /** Starts a tone in place of whatever sounds; with `forMs` it stops by itself. */
  play(name: ToneName, setting: ToneSetting, forMs?: number): void {
    this.stop();
    this.#name = name;
    if (forMs !== undefined) this.#stopTimer = this.#timers.set(forMs, () => this.stop());
    if (setting.volume <= 0) return;
    try {
      this.#playing = this.#start(name, setting);
    } catch {
      // No audio device at all: the screen still shows what the tone says.
      this.#playing = null;
    }
  }

  stop(): void {
    this.#stopTimer?.clear();
    this.#stopTimer = null;
    this.#name = null;
    const playing = this.#playing;
    this.#playing = null;
    if (!playing) return;
    const { context, gain, source, forget } = playing;
    const end = context.currentTime + STOP_FADE_S;
    gain.gain.setTargetAtTime(0, context.currentTime, STOP_FADE_S / 3);
    source.addEventListener('ended', forget);
    source.stop(end);
    // A suspended context never ends its source.
    if (context.state !== 'running') forget();
  }

  #start(name: ToneName, setting: ToneSetting): Playing {
    const context = this.#makeContext();
    const forget = this.#resources.keep('audio_context', () => {
      if (context.state !== 'closed') context.close().catch(() => undefined);
    });
    const samples = renderPeriod(
      toneFor(name, setting.countryCode),
      RENDER_RATE,
      name === 'ring' ? BELL_ALTERNATE_MS : null,
    );
    const buffer = context.createBuffer(1, samples.length, RENDER_RATE);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.loop = true;
    const gain = context.createGain();
    gain.gain.value = FULL_GAIN * (setting.volume / 100);
    source.connect(gain).connect(context.destination);
    if (setting.sinkId !== null) context.setSinkId?.(setting.sinkId).catch(() => undefined);
    context.resume().catch(() => undefined);
    source.start();
    return { context, source, gain, forget };
  }
}
