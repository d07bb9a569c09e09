/** What was heard in one stretch of sound. `share` is each asked frequency's part of the whole power, 0 to 1. */
export interface Heard {
  /** Root mean square, full scale = 1. */
  readonly level: number;
  readonly share: Readonly<Record<number, number>>;
}

/** Below this there is silence (-60 dB): comfort noise and dither of codecs stay under it. */
export const SILENCE_LEVEL = 0.001;
/** A pure tone through G.711 or Opus keeps more than this of the power in its own bin. */
export const TONE_SHARE = 0.6;

/**
 * Goertzel's algorithm over all asked frequencies: how loud the samples (full scale = 1) are, and which share of the
 * power each frequency holds. A pure tone has a share near 1; noise or another tone near 0.
 */
export function listen(samples: ArrayLike<number>, sampleRate: number, frequencies: readonly number[]): Heard {
  const count = samples.length;
  let energy = 0;
  for (let index = 0; index < count; index += 1) energy += (samples[index] ?? 0) ** 2;
  const share: Record<number, number> = {};
  for (const hz of frequencies) {
    const coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRate);
    let [previous, beforeThat] = [0, 0];
    for (let index = 0; index < count; index += 1) {
      const current = (samples[index] ?? 0) + coefficient * previous - beforeThat;
      beforeThat = previous;
      previous = current;
    }
    const power = previous ** 2 + beforeThat ** 2 - coefficient * previous * beforeThat;
    share[hz] = energy === 0 ? 0 : (2 * power) / (count * energy);
  }
  return { level: count === 0 ? 0 : Math.sqrt(energy / count), share };
}

/** True where the tone, and not merely sound, was heard. */
export function hasTone(heard: Heard, hz: number): boolean {
  return heard.level > SILENCE_LEVEL * 5 && (heard.share[hz] ?? 0) > TONE_SHARE;
}

export function isSilent(heard: Heard): boolean {
  return heard.level < SILENCE_LEVEL;
}
