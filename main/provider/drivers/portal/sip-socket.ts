import { WebSocket } from 'ws';
import { fail, ok, type AppError, type Result } from '../../../../preload/contract/result.ts';
import type { Clock } from '../../../platform/clock.ts';
import { parseSipResponse, type SipResponse } from './sip-response.ts';

/** No answer in this time is told as a time-out; RFC 3261 timer F (32 s) is too long for a person who waits. */
export const SIP_ANSWER_TIMEOUT_MS = 8_000;

/** A SIP over WebSocket connection (RFC 7118) for a few requests, one after the other. */
export interface SipSocket {
  /** Sends a request and waits for its final response; provisional ones are passed over. */
  request(message: string, callId: string, cseq: number): Promise<Result<SipResponse>>;
  close(): void;
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|TLS|SSL|ERR_SSL|EPROTO/;

/** Names what went wrong on the way to the server, in the person's terms. */
function connectionError(cause: Error, host: string): AppError {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (code === 'ENOTFOUND' || code === 'EAI_NODATA') {
    return { kind: 'host_not_found', nextStep: 'check_address', detail: code, host };
  }
  if (code === 'EAI_AGAIN') return { kind: 'offline', nextStep: 'retry', detail: code };
  if (code === 'ECONNREFUSED') return { kind: 'offline', nextStep: 'check_address', detail: code };
  if (code === 'ETIMEDOUT') return { kind: 'timed_out', nextStep: 'retry', detail: code };
  if (CERTIFICATE.test(code)) return { kind: 'provider_protocol', nextStep: 'check_address', detail: `TLS: ${code}` };
  if (/^(E|UND_)/.test(code)) return { kind: 'offline', nextStep: 'retry', detail: code };
  // The server answered, but not as a SIP over WebSocket server.
  return { kind: 'provider_protocol', nextStep: 'check_address', detail: cause.message.slice(0, 120) };
}

/** Opens the connection with the `sip` subprotocol. One time limit covers opening and each answer. */
export async function openSipSocket(wssUrl: string, clock: Clock): Promise<Result<SipSocket>> {
  const { hostname: host } = new URL(wssUrl);
  const socket = new WebSocket(wssUrl, 'sip', { handshakeTimeout: SIP_ANSWER_TIMEOUT_MS, maxPayload: 65_536 });
  let waiting: { callId: string; cseq: number; settle: (answer: Result<SipResponse>) => void } | undefined;
  let failure: AppError | undefined;

  const lost = (error: AppError): void => {
    failure ??= error;
    waiting?.settle(fail(failure));
  };
  socket.on('message', (data: Buffer) => {
    const response = parseSipResponse(data.toString('utf8'));
    if (!response || response.status < 200) return;
    if (waiting && response.callId === waiting.callId && response.cseq === waiting.cseq) waiting.settle(ok(response));
  });
  socket.on('close', () => lost({ kind: 'offline', nextStep: 'retry', detail: 'The server closed the connection' }));

  const opened = await new Promise<AppError | undefined>((resolve) => {
    const cancel = clock.after(SIP_ANSWER_TIMEOUT_MS, () =>
      resolve({ kind: 'timed_out', nextStep: 'retry', detail: 'The server did not open the connection' }),
    );
    socket.once('open', () => {
      cancel();
      resolve(undefined);
    });
    socket.on('error', (cause) => {
      cancel();
      const error: AppError =
        cause.message === 'Opening handshake has timed out'
          ? { kind: 'timed_out', nextStep: 'retry', detail: cause.message }
          : connectionError(cause, host);
      lost(error);
      resolve(error);
    });
  });
  if (opened) {
    socket.terminate();
    return fail(opened);
  }
  return ok({
    request(message, callId, cseq) {
      if (failure) return Promise.resolve(fail(failure));
      return new Promise((resolve) => {
        const cancel = clock.after(SIP_ANSWER_TIMEOUT_MS, () =>
          waiting?.settle(fail({ kind: 'timed_out', nextStep: 'retry', detail: 'No answer to REGISTER' })),
        );
        waiting = {
          callId,
          cseq,
          settle: (answer) => {
            cancel();
            waiting = undefined;
            resolve(answer);
          },
        };
        socket.send(message);
      });
    },
    close: () => socket.terminate(),
  });
}
