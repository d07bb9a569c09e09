// Runs inside the page under test, before its own scripts: lets a test hear what the person would hear.
import { listen, type Heard } from '../tones.ts';

const WINDOW_SAMPLES = 8_192;

export interface Listener {
  /** The loudest of all media elements that now play a live track aloud; silence while none does. */
  hear(frequencies: readonly number[]): Promise<Heard>;
}

const elements = new Set<HTMLMediaElement>();
const analysers = new WeakMap<MediaStreamTrack, AnalyserNode>();
let context: AudioContext | undefined;

// An element needs no place in the document to be heard: whoever gets a stream is remembered.
const setter = Reflect.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject')?.set;
const getter = Reflect.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject')?.get;
Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
  configurable: true,
  enumerable: true,
  get(this: HTMLMediaElement): unknown {
    return getter?.call(this) as unknown;
  },
  set(this: HTMLMediaElement, value: MediaProvider | null) {
    elements.add(this);
    setter?.call(this, value);
  },
});

function audibleTracks(): readonly MediaStreamTrack[] {
  return [...elements].flatMap((element) => {
    const stream = element.srcObject;
    const isAloud = !element.muted && element.volume > 0 && !element.paused;
    if (!isAloud || !(stream instanceof MediaStream)) return [];
    return stream.getAudioTracks().filter((track) => track.readyState === 'live' && track.enabled);
  });
}

function analyserOf(track: MediaStreamTrack): AnalyserNode {
  const known = analysers.get(track);
  if (known) return known;
  context ??= new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: WINDOW_SAMPLES });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  analysers.set(track, analyser);
  return analyser;
}

const listener: Listener = {
  async hear(frequencies) {
    const tracks = audibleTracks();
    const all = tracks.map(analyserOf);
    await context?.resume();
    const heard = all.map((analyser) => {
      const samples = new Float32Array(WINDOW_SAMPLES);
      analyser.getFloatTimeDomainData(samples);
      return listen(samples, analyser.context.sampleRate, frequencies);
    });
    return heard.toSorted((a, b) => b.level - a.level)[0] ?? listen([], 1, frequencies);
  },
};

Object.assign(globalThis, { testListener: listener });
