import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { listen, type Heard } from '../tones.ts';
import { waitUntil } from '../wait-until.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const RTP_HEADER_BYTES = 12;
const SAMPLE_RATE = 8_000;
/** RTP payload types of G.711 (RFC 3551), the only codec the other party speaks. */
const [PCMU, PCMA] = [0, 8];

interface RtpPacket {
  readonly atMs: number;
  readonly sourcePort: number;
  readonly payloadType: number;
  readonly payload: Buffer;
}

/** The RTP packets of a pcap file of bare IPv4 packets, as the relay received (and decrypted) them. */
function* packetsOf(bytes: Buffer): Generator<RtpPacket> {
  let at = FILE_HEADER_BYTES;
  while (at + RECORD_HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at + 8);
    const atMs = bytes.readUInt32LE(at) * 1000 + bytes.readUInt32LE(at + 4) / 1000;
    const packet = bytes.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length);
    if (packet.length < length) return;
    const udp = packet.subarray((packet.readUInt8(0) & 15) * 4);
    const rtp = udp.subarray(8);
    yield {
      atMs,
      sourcePort: udp.readUInt16BE(0),
      payloadType: rtp.readUInt8(1) & 127,
      payload: rtp.subarray(RTP_HEADER_BYTES),
    };
    at += RECORD_HEADER_BYTES + length;
  }
}

/** One G.711 byte to a sample of full scale 1 (ITU-T G.711). */
function decode(payloadType: number, byte: number): number {
  const value = payloadType === PCMU ? ~byte & 255 : byte ^ 0x55;
  const [exponent, mantissa] = [(value >> 4) & 7, value & 15];
  const isPositive = payloadType === PCMU ? (value & 128) === 0 : (value & 128) !== 0;
  const muLaw = (((mantissa << 3) + 132) << exponent) - 132;
  const aLaw = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 264) << (exponent - 1);
  const magnitude = payloadType === PCMU ? muLaw : aLaw;
  return ((isPositive ? 1 : -1) * magnitude) / 32_768;
}

async function newestRecording(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pcap'));
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, bornAt: (await stat(file)).birthtimeMs };
    }),
  );
  return files.toSorted((a, b) => a.bornAt - b.bornAt).at(-1)?.file;
}

/**
 * What the relay is sent by the caller's side from now on for about `forMs`, in the newest call: everything that does
 * not come from one of `peerPorts`. No packets is silence.
 */
export async function hearRelayed(
  folder: string,
  peerPorts: readonly [number, number],
  forMs: number,
  frequencies: readonly number[],
): Promise<Heard> {
  const newest = await newestRecording(folder);
  if (newest === undefined) return listen([], SAMPLE_RATE, frequencies);
  const since = Date.now();
  const fresh = async (): Promise<readonly RtpPacket[]> => {
    const all = [...packetsOf(await readFile(newest))];
    return all.filter((each) => each.atMs > since && (each.payloadType === PCMU || each.payloadType === PCMA));
  };
  const ours = (packets: readonly RtpPacket[]) =>
    packets.filter((each) => each.sourcePort < peerPorts[0] || each.sourcePort > peerPorts[1]);
  const isThere = async (): Promise<boolean> => ours(await fresh()).length * 20 >= forMs;
  // The relay writes in blocks of 4 KB: about 0.2 s of two directions.
  await waitUntil('relayed packets', isThere, forMs * 2 + 500).catch(() => undefined);
  const samples = ours(await fresh()).flatMap(({ payloadType, payload }) =>
    Array.from(payload, (byte) => decode(payloadType, byte)),
  );
  return listen(samples, SAMPLE_RATE, frequencies);
}
