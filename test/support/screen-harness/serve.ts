import { build } from 'esbuild';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contentSecurityPolicy } from '../../../main/hosts/content-policy.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** The screens with the contract's double behind them, at `url#state`, under the product's own content policy. */
export interface Harness {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the harness page the way the product is built and serves it on a free loopback port. */
export async function serveHarness(): Promise<Harness> {
  const folder = await mkdtemp(path.join(tmpdir(), 'offhook-screens-'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: { app: 'test/support/screen-harness/entry.tsx' },
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'chrome140',
    jsx: 'automatic',
    splitting: true,
    minify: true,
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file =
      pathname === '/' ? path.join(ROOT, 'renderer/index.html') : path.join(folder, path.normalize(pathname));
    readFile(file).then(
      (body) => {
        response.setHeader('Content-Type', TYPES[path.extname(file)] ?? 'application/octet-stream');
        response.setHeader('Content-Security-Policy', contentSecurityPolicy({ connectOrigins: [] }));
        return response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
