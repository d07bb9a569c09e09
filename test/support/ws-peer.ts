import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { readSip, type SipText } from './loop-socket.ts';

/**
 * A scripted SIP peer on a real WebSocket at 127.0.0.1, with the page it serves. Registers anybody; an INVITE is answered
 * by whatever `onInvite` says. Notes the arrival time of each request.
 */
export class WsPeer {
  readonly received: Array<{ readonly at: number; readonly message: SipText }> = [];
  onInvite: (invite: SipText, reply: Reply) => void = () => undefined;
  readonly #http: Server;
  readonly #ws: WebSocketServer;
  #socket: WebSocket | null = null;

  private constructor(http: Server) {
    this.#http = http;
    this.#ws = new WebSocketServer({ server: http, handleProtocols: () => 'sip' });
    this.#ws.on('connection', (socket) => {
      this.#socket = socket;
      socket.on('message', (data) => this.#receive(socket, (data as Buffer).toString('utf8')));
    });
  }

  /** Serves `files` (path to body) and the WebSocket on a free port. */
  static async listen(files: Readonly<Record<string, string>>): Promise<WsPeer> {
    const http = createServer((request, answer) => {
      const content = files[request.url ?? ''];
      const type = request.url?.endsWith('.js') ? 'text/javascript' : 'text/html';
      answer.writeHead(content === undefined ? 404 : 200, { 'content-type': type }).end(content ?? '');
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return new WsPeer(http);
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** Cuts the newest connection without a close frame. */
  cut(): void {
    this.#socket?.terminate();
  }

  send(text: string): void {
    this.#socket?.send(text);
  }

  async close(): Promise<void> {
    for (const client of this.#ws.clients) client.terminate();
    this.#ws.close();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #receive(socket: WebSocket, data: string): void {
    if (data === '\r\n\r\n') socket.send('\r\n');
    if (!data.includes('SIP/2.0')) return;
    const message = readSip(data);
    this.received.push({ at: performance.now(), message });
    const reply: Reply = (status, body = '', tag = 'peer') => socket.send(response(message, status, body, tag));
    if (message.method === 'REGISTER') {
      socket.send(response(message, 200, '', 'reg', `Contact: ${message.header('Contact')}\r\n`));
    } else if (message.method === 'INVITE') this.onInvite(message, reply);
    else if (message.method === 'BYE' || message.method === 'CANCEL') reply(200);
  }
}

export type Reply = (status: number, body?: string, tag?: string) => void;

function response(request: SipText, status: number, body: string, tag: string, extra = ''): string {
  const to = request.header('To');
  return (
    `SIP/2.0 ${status} Reply\r\n` +
    `Via: ${request.header('Via')}\r\nFrom: ${request.header('From')}\r\n` +
    `To: ${to}${to.includes('tag=') || status === 100 ? '' : `;tag=${tag}`}\r\n` +
    `Call-ID: ${request.header('Call-ID')}\r\nCSeq: ${request.header('CSeq')}\r\n` +
    (extra || 'Contact: <sip:peer@127.0.0.1;transport=ws>\r\n') +
    (body ? 'Content-Type: application/sdp\r\n' : '') +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
