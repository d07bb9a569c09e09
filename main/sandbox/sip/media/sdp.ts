export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What an offer asks for. Payload types are those it gives to telephone-event. */
export interface OfferView {
  readonly direction: Direction;
  readonly eventTypes: ReadonlySet<number>;
  readonly iceUfrag: string;
}

/** Reads the parts of an SDP the agent decides on; undefined when it has no live audio section with ICE and DTLS. */
export function viewSdp(sdp: string): OfferView | undefined {
  const at = sdp.search(/^m=audio [1-9]/m);
  if (at < 0 || !sdp.startsWith('v=0')) return undefined;
  const next = sdp.slice(at + 2).search(/^m=/m);
  const audio = next < 0 ? sdp.slice(at) : sdp.slice(at, at + 2 + next);
  const session = sdp.slice(0, sdp.search(/^m=/m));
  const field = (name: RegExp): string | undefined => name.exec(audio)?.[1] ?? name.exec(session)?.[1];
  const iceUfrag = field(/^a=ice-ufrag:(\S+)/m);
  if (iceUfrag === undefined || field(/^a=fingerprint:(\S+)/m) === undefined) return undefined;
  const direction = (field(/^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m) ?? 'sendrecv') as Direction;
  const eventTypes = new Set(
    [...audio.matchAll(/^a=rtpmap:(\d+) telephone-event\//gim)].map((match) => Number(match[1])),
  );
  return { direction, eventTypes, iceUfrag };
}

/** Replaces the direction of every media section. */
export function withDirection(sdp: string, from: Direction, to: Direction): string {
  return sdp.replace(new RegExp(`^a=${from}\\s*$`, 'gm'), `a=${to}`);
}
