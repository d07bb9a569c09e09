import {
  createSelfSignedCertificate,
  HashAlgorithm,
  NamedCurveAlgorithm,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  SignatureAlgorithm,
  useOPUS,
  usePCMU,
  type DtlsKeys,
} from 'werift';

/** 'any' prefers Opus; announcements are mu-law. */
export type CodecSet = 'any' | 'pcmu';

function codecsOf(set: CodecSet): RTCRtpCodecParameters[] {
  const event = (clockRate: number, payloadType: number): RTCRtpCodecParameters =>
    new RTCRtpCodecParameters({ mimeType: 'audio/telephone-event', clockRate, payloadType });
  if (set === 'pcmu') return [usePCMU(), event(8_000, 126)];
  return [useOPUS({ payloadType: 111 }), usePCMU(), event(48_000, 110), event(8_000, 126)];
}

/** A DTLS certificate of its own; peers without one share the one of the process. */
export async function newDtlsKeys(): Promise<DtlsKeys> {
  const signatureHash = { hash: HashAlgorithm.sha256_4, signature: SignatureAlgorithm.ecdsa_3 };
  return createSelfSignedCertificate(signatureHash, NamedCurveAlgorithm.secp256r1_23);
}

/**
 * A werift peer on one address of this machine. It is ICE-lite (RFC 8445 section 2.5): with one candidate there is nothing
 * to choose, the checks of the full agent would only cost their pauses, and it asks no STUN server, where the full agent
 * falls back to a public one even when told to use none.
 */
export function newPeer(set: CodecSet, address: string, keys?: DtlsKeys): RTCPeerConnection {
  return new RTCPeerConnection({
    codecs: { audio: codecsOf(set) },
    iceServers: [],
    iceLite: true,
    iceUseIpv6: false,
    // Both are needed: the first binds the socket, the second lets loopback through.
    iceInterfaceAddresses: { udp4: address },
    iceAdditionalHostAddresses: [address],
    bundlePolicy: 'max-bundle',
    ...(keys ? { dtls: { keys } } : {}),
  });
}

/** Loads and signs what the first call would otherwise wait for (the shared DTLS certificate). */
export async function warmUpMedia(): Promise<void> {
  const peer = newPeer('any', '127.0.0.1');
  peer.addTransceiver('audio');
  await peer.createOffer();
  await peer.close();
}
