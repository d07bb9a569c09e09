import { readFile, writeFile } from 'node:fs/promises';
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

/**
 * Listens to the last `lastMs` of a mono PCM16 WAV that may still be growing (its header's length is not believed).
 * Undefined while there is less than that.
 */
export async function hearTail(
  file: string,
  lastMs: number,
  frequencies: readonly number[],
): Promise<Heard | undefined> {
  const bytes = await readFile(file);
  if (bytes.length <= HEADER_BYTES) return undefined;
  const sampleRate = bytes.readUInt32LE(24);
  const wanted = Math.round((lastMs / 1000) * sampleRate);
  const total = Math.floor((bytes.length - HEADER_BYTES) / 2);
  if (total < wanted) return undefined;
  const samples = Array.from({ length: wanted }, (_, index) => {
    const at = HEADER_BYTES + (total - wanted + index) * 2;
    return bytes.readInt16LE(at) / 32_768;
  });
  return listen(samples, sampleRate, frequencies);
}
