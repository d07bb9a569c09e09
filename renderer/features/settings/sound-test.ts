const TONE_HZ = 440;
const TONE_SEC = 1;
const FADE_SEC = 0.005;
const QUIET_DB = -60;

/** Why a test of a device did not work. */
export type SoundFault = 'refused' | 'missing' | 'failed';

export type MeterStart =
  { readonly ok: true; readonly stop: () => void } | { readonly ok: false; readonly fault: SoundFault };

/** Chromium's AudioContext can be bound to an output device; the DOM types do not know it yet. */
interface SinkAudioContext extends AudioContext {
  setSinkId(sinkId: string): Promise<void>;
}

function faultOf(cause: unknown): SoundFault {
  const name = cause instanceof DOMException ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'failed';
}

/** Loudness of one block of samples on a scale of 0 (-60 dBFS and below) to 1 (full scale). */
export function levelOf(samples: Float32Array): number {
  const meanSquare = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  const decibel = 10 * Math.log10(meanSquare + 1e-12);
  return Math.min(1, Math.max(0, 1 - decibel / QUIET_DB));
}

/** Opens the microphone and reports its level once a frame, until stopped; then it is closed again. */
export async function meterMicrophone(deviceId: string | null, onLevel: (level: number) => void): Promise<MeterStart> {
  let stream: MediaStream;
  try {
    const audio = deviceId === null ? true : { deviceId: { ideal: deviceId } };
    stream = await navigator.mediaDevices.getUserMedia({ audio });
  } catch (cause) {
    return { ok: false, fault: faultOf(cause) };
  }
  const closeMicrophone = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  let context: AudioContext;
  try {
    context = new AudioContext();
  } catch (cause) {
    closeMicrophone();
    return { ok: false, fault: faultOf(cause) };
  }
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = 0;
  const read = () => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(levelOf(samples));
    frame = requestAnimationFrame(read);
  };
  void context.resume();
  read();
  return {
    ok: true,
    stop() {
      cancelAnimationFrame(frame);
      closeMicrophone();
      void context.close();
    },
  };
}

/** Plays one second of a tone on an output device (null = the system's). Resolves true once it has been played. */
export async function playTone(deviceId: string | null, volume: number): Promise<boolean> {
  const context = new AudioContext() as SinkAudioContext;
  try {
    if (deviceId !== null) await context.setSinkId(deviceId);
    await context.resume();
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = TONE_HZ;
    const [start, end] = [context.currentTime, context.currentTime + TONE_SEC];
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + FADE_SEC);
    gain.gain.setValueAtTime(volume, end - FADE_SEC);
    gain.gain.linearRampToValueAtTime(0, end);
    oscillator.connect(gain).connect(context.destination);
    const played = new Promise((resolve) => oscillator.addEventListener('ended', resolve, { once: true }));
    oscillator.start(start);
    oscillator.stop(end);
    await played;
    return true;
  } catch {
    return false;
  } finally {
    await context.close();
  }
}
