import type { LegMedia, OfferedMedia } from '../../ports.ts';

/** One media section of an SDP (RFC 8866 section 5.14). */
interface Section {
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly text: string;
}

/** RFC 3551 table 4: payload types that need no rtpmap. */
const STATIC_CODECS: ReadonlyMap<string, string> = new Map([
  ['0', 'PCMU'],
  ['3', 'GSM'],
  ['8', 'PCMA'],
  ['9', 'G722'],
  ['18', 'G729'],
]);
/** They carry no speech. */
const NO_SPEECH: ReadonlySet<string> = new Set(['TELEPHONE-EVENT', 'CN', 'RED', 'ULPFEC']);

function sections(sdp: string): readonly Section[] {
  return sdp
    .split(/^(?=m=)/m)
    .slice(1)
    .map((text) => {
      const [, kind = '', port = '0', protocol = '', formats = ''] =
        /^m=(\S+) (\d{1,5})(?:\/\d+)? (\S+) ?([^\r\n]*)/.exec(text) ?? [];
      return { kind, port: Number(port), protocol, formats: formats.split(' '), text };
    });
}

/** In use: neither refused nor switched off. */
const active = ({ port, text }: Section): boolean => port !== 0 && !/^a=inactive\s*$/m.test(text);

/** The first format that carries speech. What a peer writes is compared, never made a pattern of. */
function codecOf(section: Section): string | null {
  const rtpmaps = section.text.matchAll(/^a=rtpmap:(\d{1,3}) ([\w.-]{1,64})(?=[/\s])/gm);
  const mapped = new Map([...rtpmaps].map(([, format, name]) => [format, name]));
  for (const format of section.formats) {
    const name = (mapped.get(format) ?? STATIC_CODECS.get(format))?.toUpperCase();
    if (name !== undefined && !NO_SPEECH.has(name)) return name;
  }
  return null;
}

/** What an offer asks for; an empty body is an offer still to come, taken for audio. */
export function offeredMedia(sdp: string): OfferedMedia {
  const asked = sections(sdp).filter(active);
  if (asked.some(({ kind, protocol }) => kind === 'image' && /udptl/i.test(protocol))) return 'fax';
  return asked.some(({ kind }) => kind === 'video') ? 'video' : 'audio';
}

/** What an answer settled on; undefined where it is no SDP with a live section. */
export function answeredMedia(sdp: string): LegMedia | undefined {
  const agreed = sections(sdp).filter(active);
  if (agreed.length === 0) return undefined;
  const audio = agreed.find(({ kind }) => kind === 'audio');
  return {
    media: agreed.some(({ kind }) => kind === 'video') ? 'video' : 'audio',
    codec: audio ? codecOf(audio) : null,
  };
}
