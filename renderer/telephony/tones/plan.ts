/** The tones a phone makes itself. */
export type ToneName = 'ringback' | 'busy' | 'congestion' | 'call_waiting' | 'ring';

/**
 * One tone: its frequencies sound together, in the cadence given as on, off, on, off … milliseconds, repeated. A tone
 * that is modulated on the exchange (400 x 25 Hz) is written as its two side lines.
 */
export interface Tone {
  readonly frequenciesHz: readonly number[];
  readonly cadenceMs: readonly number[];
}

type CallProgress = Readonly<Record<Exclude<ToneName, 'ring'>, Tone>>;

const tone = (frequenciesHz: readonly number[], ...cadenceMs: readonly number[]): Tone => ({
  frequenciesHz,
  cadenceMs,
});

const northAmerica: CallProgress = {
  ringback: tone([440, 480], 2000, 4000),
  busy: tone([480, 620], 500, 500),
  congestion: tone([480, 620], 250, 250),
  call_waiting: tone([440], 300, 9700),
};

/** National tones after ITU-T E.180 Supplement 2 (Various tones used in national networks). */
const COUNTRIES: Readonly<Record<string, CallProgress>> = {
  US: northAmerica,
  CA: northAmerica,
  GB: {
    ringback: tone([400, 450], 400, 200, 400, 2000),
    busy: tone([400], 375, 375),
    congestion: tone([400], 400, 350, 225, 525),
    call_waiting: tone([400], 100, 3000),
  },
  DE: {
    ringback: tone([425], 1000, 4000),
    busy: tone([425], 480, 480),
    congestion: tone([425], 240, 240),
    call_waiting: tone([425], 200, 200, 200, 5000),
  },
  FR: {
    ringback: tone([440], 1500, 3500),
    busy: tone([440], 500, 500),
    congestion: tone([440], 250, 250),
    call_waiting: tone([440], 300, 10_000),
  },
  IT: {
    ringback: tone([425], 1000, 4000),
    busy: tone([425], 500, 500),
    congestion: tone([425], 200, 200),
    call_waiting: tone([425], 400, 100, 250, 100, 150, 14_000),
  },
  ES: {
    ringback: tone([425], 1500, 3000),
    busy: tone([425], 200, 200),
    congestion: tone([425], 200, 200, 200, 200, 200, 600),
    call_waiting: tone([425], 175, 175, 175, 3500),
  },
  NL: {
    ringback: tone([425], 1000, 4000),
    busy: tone([425], 500, 500),
    congestion: tone([425], 250, 250),
    call_waiting: tone([425], 500, 9500),
  },
  AU: {
    ringback: tone([413, 438], 400, 200, 400, 2000),
    busy: tone([425], 375, 375),
    congestion: tone([425], 375, 375),
    call_waiting: tone([425], 200, 200, 200, 4400),
  },
  JP: {
    ringback: tone([384, 416], 1000, 2000),
    busy: tone([400], 500, 500),
    congestion: tone([400], 500, 500),
    call_waiting: tone([384, 416], 500, 8000),
  },
  IN: {
    ringback: tone([375, 425], 400, 200, 400, 2000),
    busy: tone([400], 750, 750),
    congestion: tone([400], 250, 250),
    call_waiting: tone([400], 200, 100, 200, 7500),
  },
};

/** ITU-T E.180 recommended tones, for every country without a row above. */
const ITU: CallProgress = {
  ringback: tone([425], 1000, 4000),
  busy: tone([425], 500, 500),
  congestion: tone([425], 250, 250),
  call_waiting: tone([425], 200, 600, 200, 3000),
};

export const TONE_COUNTRIES = Object.keys(COUNTRIES);

/** The ring follows the cadence people know from home, in a two-tone bell that no exchange tone can be taken for. */
const RING_HZ = [659.25, 783.99] as const;

/** The tone of a country (ISO 3166-1 alpha-2); an unknown country gets ITU-T's recommended one. */
export function toneFor(name: ToneName, countryCode: string): Tone {
  const country = COUNTRIES[countryCode.toUpperCase()] ?? ITU;
  if (name === 'ring') return { frequenciesHz: RING_HZ, cadenceMs: country.ringback.cadenceMs };
  return country[name];
}

/** Long enough to take the click off an edge, too short to be heard as a fade. */
export const FADE_MS = 5;

/**
 * One whole period of the cadence as samples between -1 and 1, each burst faded in and out over FADE_MS. Played in a
 * loop it needs no timer, so a hidden page keeps the cadence exact. `alternateMs` lets the frequencies take turns (the
 * bell) instead of sounding together.
 */
export function renderPeriod(spec: Tone, sampleRate: number, alternateMs: number | null): Float32Array<ArrayBuffer> {
  const totalMs = spec.cadenceMs.reduce((sum, each) => sum + each, 0);
  const samples = new Float32Array(Math.round((totalMs / 1000) * sampleRate));
  const fade = Math.round((FADE_MS / 1000) * sampleRate);
  let startMs = 0;
  for (const [index, lengthMs] of spec.cadenceMs.entries()) {
    const from = Math.round((startMs / 1000) * sampleRate);
    const to = Math.round(((startMs + lengthMs) / 1000) * sampleRate);
    startMs += lengthMs;
    if (index % 2 === 1) continue;
    for (let at = from; at < to; at += 1) {
      const edge = Math.min(1, (at - from) / fade, (to - 1 - at) / fade);
      samples[at] = edge * amplitude(spec.frequenciesHz, at, sampleRate, alternateMs);
    }
  }
  return samples;
}

function amplitude(
  frequenciesHz: readonly number[],
  at: number,
  sampleRate: number,
  alternateMs: number | null,
): number {
  const seconds = at / sampleRate;
  const sounding =
    alternateMs === null
      ? frequenciesHz
      : [frequenciesHz[Math.floor((seconds * 1000) / alternateMs) % frequenciesHz.length] ?? 0];
  return sounding.reduce((sum, hz) => sum + Math.sin(2 * Math.PI * hz * seconds), 0) / sounding.length;
}
