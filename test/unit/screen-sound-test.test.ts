import { afterEach, expect, test, vi } from 'vitest';
import { meterMicrophone } from '../../renderer/features/settings/sound-test.ts';

afterEach(() => vi.unstubAllGlobals());

test('the microphone is closed again where no AudioContext can be had', async () => {
  let stopped = 0;
  const stream = { getTracks: () => [{ stop: () => (stopped += 1) }] };
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => Promise.resolve(stream) } });
  vi.stubGlobal(
    'AudioContext',
    vi.fn(function refuse() {
      throw new DOMException('Too many contexts', 'NotSupportedError');
    }),
  );
  expect(await meterMicrophone(null, () => undefined)).toEqual({ ok: false, fault: 'failed' });
  expect(stopped).toBe(1);
});
