import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** One file a window may load. */
export interface PageFile {
  readonly file: string;
  readonly type: string;
  /** Quoted, as the ETag header wants it. */
  readonly etag: string;
  /** True where the name carries a hash of the content, so it never changes. */
  readonly immutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
};

const HASHED = /-[A-Z0-9]{8}\.[a-z0-9]+(\.map)?$/;

/**
 * Everything a window may load, by URL path: the files of `root` with a known type. Answering from this list makes
 * path traversal impossible by construction; "/" is index.html.
 */
export function listPageFiles(root: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const type = TYPES[path.extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const file = path.join(entry.parentPath, entry.name);
    const { size, mtimeMs } = statSync(file);
    const etag = `"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`;
    const urlPath = `/${path.relative(root, file).split(path.sep).join('/')}`;
    files.set(urlPath, { file, type, etag, immutable: HASHED.test(entry.name) });
  }
  const index = files.get('/index.html');
  if (index) files.set('/', index);
  return files;
}

/** The file behind a request's path, or undefined: unknown, undecodable or outside. */
export function findPageFile(files: ReadonlyMap<string, PageFile>, urlPath: string): PageFile | undefined {
  try {
    return files.get(decodeURIComponent(urlPath));
  } catch {
    return undefined;
  }
}

/** How long the file may be kept without asking again. The page itself carries the policy and is never kept. */
export function cacheControl(file: PageFile): string {
  if (file.immutable) return 'public, max-age=31536000, immutable';
  return file.type.startsWith('text/html') ? 'no-store' : 'no-cache';
}

/** The same files with the app's icon where browsers look for one: it is the window's icon in the task bar too. */
export function withIcon(files: ReadonlyMap<string, PageFile>, outDir: string): ReadonlyMap<string, PageFile> {
  const folder = path.join(outDir, 'assets/icons');
  const icon = existsSync(folder) ? listPageFiles(folder).get('/favicon.png') : undefined;
  return icon ? new Map([...files, ['/favicon.ico', icon]]) : files;
}
