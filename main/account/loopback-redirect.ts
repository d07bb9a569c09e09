import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The page a browser ends on; it holds nothing that came with the request. */
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Offhook</title></head>
<body><p>You can close this page and go back to Offhook.</p></body></html>`;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'referrer-policy': 'no-referrer',
  connection: 'close',
} as const;

/** Where the system browser brings a sign-in back to (RFC 8252 section 7.3). */
interface LoopbackRedirect {
  readonly redirectUri: string;
  /** The query of the first request that carries `state`; other requests are turned away. Pends until close. */
  returned(state: string): Promise<URLSearchParams>;
  close(): void;
}

/** Listens on a free port of 127.0.0.1, for one sign-in. */
export async function openLoopbackRedirect(): Promise<LoopbackRedirect> {
  let expected: { readonly state: string; readonly take: (query: URLSearchParams) => void } | undefined;
  const server = createServer((request, response) => {
    // Not `new URL`: a target such as `//` would throw, and with it end the app.
    const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
    const isOurs =
      url !== null &&
      request.method === 'GET' &&
      url.pathname === '/return' &&
      request.headers.host === new URL(redirectUri).host &&
      expected !== undefined &&
      url.searchParams.get('state') === expected.state;
    response.writeHead(isOurs ? 200 : 404, HEADERS);
    response.end(isOurs ? PAGE : '');
    if (!isOurs) return;
    const { take } = expected ?? {};
    // The state is good once only.
    expected = undefined;
    take?.(url.searchParams);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const redirectUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/return`;
  return {
    redirectUri,
    returned: (state) =>
      new Promise((take) => {
        expected = { state, take };
      }),
    close() {
      expected = undefined;
      server.close();
      server.closeAllConnections();
    },
  };
}
