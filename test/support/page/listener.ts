// Runs inside the page under test, before its own scripts: lets a test hear what the person would hear.
import { listen, type Heard } from '../tones.ts';

const WINDOW_SAMPLES = 8_192;

export interface Listener {
  /** The loudest of all media elements that now play a live remote track aloud; undefined while none does. */
  hear(frequencies: readonly number[]): Promise<Heard | undefined>;
}

const elements = new Set<HTMLMediaElement>();
const analysers = new WeakMap<MediaStreamTrack, AnalyserNode>();
let context: AudioContext | undefined;

// An element needs no place in the document to be heard: whoever gets a stream is remembered.
const descriptor = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
if (descriptor?.set && descriptor.get) {
  const { get, set } = descriptor;
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...descriptor,
    get,
    set(this: HTMLMediaElement, value: MediaProvider | null) {
      elements.add(this);
      set.call(this, value);
    },
  });
}

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
    if (tracks.length === 0) return undefined;
    const all = tracks.map(analyserOf);
    await context?.resume();
    const heard = all.map((analyser) => {
      const samples = new Float32Array(WINDOW_SAMPLES);
      analyser.getFloatTimeDomainData(samples);
      return listen(samples, analyser.context.sampleRate, frequencies);
    });
    return heard.toSorted((a, b) => b.level - a.level)[0];
  },
};

Object.assign(globalThis, { testListener: listener });
