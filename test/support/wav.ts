import { readFile, stat, writeFile } from 'node:fs/promises';
import { listen, type Heard } from './tones.ts';

const HEADER_BYTES = 44;

/** Stretches of sound one after another; `hz` 0 is silence. */
export interface Stretch {
  readonly hz: number;
  readonly seconds: number;
}

/** Writes a mono PCM16 WAV at half of full scale. */
export async function writeWav(file: string, sampleRate: number, stretches: readonly Stretch[]): Promise<void> {
  const samples = stretches.flatMap(({ hz, seconds }) =>
    Array.from({ length: Math.round(seconds * sampleRate) }, (_, index) =>
      Math.round(Math.sin((2 * Math.PI * hz * index) / sampleRate) * 16_384),
    ),
  );
  const data = Buffer.from(Int16Array.from(samples).buffer);
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  await writeFile(file, Buffer.concat([header, data]));
}

/** The bytes a recording has grown to; 0 while it does not exist. */
export async function recordedBytes(file: string): Promise<number> {
  return stat(file).then(
    (info) => info.size,
    () => 0,
  );
}

/**
 * Listens to what a mono PCM16 WAV holds from byte `from` on, at most `lastMs` of it. The file may still be growing, so
 * its header's length is not believed.
 */
export async function hearFrom(
  file: string,
  from: number,
  lastMs: number,
  frequencies: readonly number[],
): Promise<Heard> {
  const bytes = await readFile(file);
  const sampleRate = bytes.readUInt32LE(24);
  const start = Math.max(from - (from % 2), HEADER_BYTES);
  const count = Math.min(Math.floor((bytes.length - start) / 2), Math.round((lastMs / 1000) * sampleRate));
  const first = bytes.length - (bytes.length % 2) - count * 2;
  const samples = Array.from({ length: count }, (_, index) => bytes.readInt16LE(first + index * 2) / 32_768);
  return listen(samples, sampleRate, frequencies);
}
