import { assertNever } from '../../../preload/contract/result.ts';

/** One thing the called party does, in order. */
export type Step =
  /** Sends a provisional or final response to the INVITE; with a description where `sdp` is set. */
  | {
      readonly kind: 'respond';
      readonly code: number;
      readonly reason: string;
      readonly sdp?: true;
      readonly tag?: string;
    }
  | { readonly kind: 'expect'; readonly method: 'ACK' | 'BYE' | 'CANCEL' }
  /** Answers the request that came last (BYE, CANCEL) with 200. */
  | { readonly kind: 'ok' }
  | { readonly kind: 'pause'; readonly ms: number };

const RESPONSE_HEADERS = `      [last_Via:]
      [last_From:]
      [last_Call-ID:]
      [last_CSeq:]
      [last_Record-Route:]`;

const description = `Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=sipp 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [auto_media_port] RTP/AVP 0
      a=rtpmap:0 PCMU/8000`;

function write(step: Step): string {
  switch (step.kind) {
    case 'respond': {
      const body = step.sdp ? description : 'Content-Length: 0';
      return `  <send>
    <![CDATA[
      SIP/2.0 ${step.code} ${step.reason}
${RESPONSE_HEADERS}
      [last_To:];tag=[pid]${step.tag ?? 'a'}[call_number]
      Contact: <sip:[local_ip]:[local_port];transport=[transport]>
      ${body}

    ]]>
  </send>`;
    }
    case 'expect':
      return `  <recv request="${step.method}" crlf="true"></recv>`;
    case 'ok':
      return `  <send>
    <![CDATA[
      SIP/2.0 200 OK
${RESPONSE_HEADERS}
      [last_To:]
      Content-Length: 0

    ]]>
  </send>`;
    case 'pause':
      return `  <pause milliseconds="${step.ms}"/>`;
    default:
      return assertNever(step);
  }
}

/** A sipp scenario of a party that is called once and does the given steps after the INVITE. */
export function calledParty(steps: readonly Step[]): string {
  return `<?xml version="1.0" encoding="UTF-8" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="called party">
  <recv request="INVITE" crlf="true"></recv>
${steps.map(write).join('\n')}
</scenario>
`;
}

const REASON_PHRASES: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  480: 'Temporarily Unavailable',
  484: 'Address Incomplete',
  486: 'Busy Here',
  488: 'Not Acceptable Here',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
  603: 'Decline',
};

/** Refuses with the code, as a telephone network does. */
export function refusesWith(code: number): readonly Step[] {
  return [
    { kind: 'respond', code, reason: REASON_PHRASES[code] ?? 'Failure' },
    { kind: 'expect', method: 'ACK' },
  ];
}

/** Rings with a description (early media), answers, and waits for our BYE. */
export const EARLY_MEDIA_THEN_ANSWER: readonly Step[] = [
  { kind: 'respond', code: 183, reason: 'Session Progress', sdp: true },
  { kind: 'pause', ms: 300 },
  { kind: 'respond', code: 200, reason: 'OK', sdp: true },
  { kind: 'expect', method: 'ACK' },
  { kind: 'expect', method: 'BYE' },
  { kind: 'ok' },
];

/** Never says a word: somebody between them has to end it. */
export const SILENT: readonly Step[] = [{ kind: 'pause', ms: 60_000 }];
