import { expect, test } from 'vitest';
import { Resources } from '../../renderer/telephony/media/resources.ts';
import { FADE_MS, renderPeriod, toneFor, TONE_COUNTRIES, type ToneName } from '../../renderer/telephony/tones/plan.ts';
import { TonePlayer } from '../../renderer/telephony/tones/player.ts';
import { FakeWorld } from '../support/fake-webrtc.ts';
import { ManualTimers } from '../support/manual-timers.ts';

const RATE = 8000;
const NAMES: readonly ToneName[] = ['ringback', 'busy', 'congestion', 'call_waiting'];

/** Power of one frequency in a stretch of samples (Goertzel), 1 for a full-scale sine. */
function power(samples: Float32Array, hz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / RATE);
  let [previous, beforeThat] = [0, 0];
  for (const sample of samples) [previous, beforeThat] = [sample + coefficient * previous - beforeThat, previous];
  const energy = previous ** 2 + beforeThat ** 2 - coefficient * previous * beforeThat;
  return (4 * energy) / samples.length ** 2;
}

test.each(TONE_COUNTRIES)('%s: each tone has its frequencies in its bursts and silence between', (country) => {
  for (const name of NAMES) {
    const spec = toneFor(name, country);
    const samples = renderPeriod(spec, RATE, null);
    expect(samples.length).toBe(Math.round((spec.cadenceMs.reduce((sum, each) => sum + each, 0) * RATE) / 1000));
    let atMs = 0;
    for (const [index, ms] of spec.cadenceMs.entries()) {
      const part = samples.subarray((atMs * RATE) / 1000, ((atMs + ms) * RATE) / 1000);
      atMs += ms;
      const isBurst = index % 2 === 0;
      expect(part.some((sample) => sample !== 0)).toBe(isBurst);
      if (!isBurst) continue;
      for (const hz of spec.frequenciesHz) {
        expect(power(part, hz)).toBeGreaterThan(0.6 / spec.frequenciesHz.length ** 2);
      }
      expect(power(part, 1000)).toBeLessThan(0.01);
    }
  }
});

test('bursts fade in and out over a few milliseconds, without a click', () => {
  const samples = renderPeriod(toneFor('busy', 'US'), RATE, null);
  const fade = (FADE_MS * RATE) / 1000;
  for (let at = 1; at < fade; at += 1) expect(Math.abs(samples[at] ?? 1)).toBeLessThanOrEqual(at / fade + 1e-6);
  expect(samples[0]).toBe(0);
  expect(Math.abs(samples[(500 * RATE) / 1000 - 1] ?? 1)).toBeLessThan(0.01);
});

test('an unknown country gets the recommended tones of E.180', () => {
  expect(toneFor('busy', 'ZZ')).toEqual({ frequenciesHz: [425], cadenceMs: [500, 500] });
  expect(toneFor('ring', 'GB').cadenceMs).toEqual([400, 200, 400, 2000]);
});

function playerRig() {
  const world = new FakeWorld();
  const timers = new ManualTimers();
  const resources = new Resources();
  return { world, timers, resources, player: new TonePlayer(() => world.makeContext(), timers, resources) };
}

const setting = { countryCode: 'US', sinkId: 'headset', volume: 70 };

test('one context while a tone sounds, on the chosen device, none when idle', () => {
  const { world, timers, resources, player } = playerRig();
  player.play('ringback', setting);
  expect(world.open().contexts).toBe(1);
  expect(world.contexts[0]?.sinkId).toBe('headset');
  player.play('busy', setting, 3_000);
  expect(world.open().contexts).toBe(1);
  timers.advance(3_000);
  expect(player.playing).toBeNull();
  expect(world.open().contexts).toBe(0);
  expect(resources.open()).toEqual({});
  expect(timers.pending()).toBe(0);
});

test('silence is a setting: volume 0 opens no device, and no audio device is no failure', () => {
  const { world, resources, player } = playerRig();
  player.play('ring', { ...setting, volume: 0 });
  expect(player.playing).toBe('ring');
  expect(world.contexts).toHaveLength(0);
  const broken = new TonePlayer(
    () => {
      throw new DOMException('none', 'NotSupportedError');
    },
    new ManualTimers(),
    resources,
  );
  expect(() => broken.play('ring', setting)).not.toThrow();
});
