import { isLoopback } from '../platform/loopback.ts';
import type { ContentPolicy } from './host.ts';

/**
 * An origin as a CSP source. Throws RangeError for anything but wss: and https:, or ws: and http: on this machine:
 * such an origin must be refused where it is typed, so one that gets here is a bug.
 */
function sourceOf(origin: string): string {
  const url = URL.parse(origin);
  const secure = url?.protocol === 'wss:' || url?.protocol === 'https:';
  const local = (url?.protocol === 'ws:' || url?.protocol === 'http:') && isLoopback(url.hostname);
  // A host may hold characters that end a directive (`;`).
  const isPlain = url !== null && /^[\w.:[\]-]+$/.test(url.host);
  if (!url || !isPlain || (!secure && !local) || url.username !== '')
    throw new RangeError('Not an origin the window may reach');
  return `${url.protocol}//${url.host}`;
}

/**
 * The Content-Security-Policy of the page (design 8): nothing but our own files, and the origins of the account.
 * `ownSocket` is the browser host's bridge; Electron has none.
 */
export function contentSecurityPolicy(policy: ContentPolicy, ownSocket?: string): string {
  const connect = ["'self'", ...(ownSocket ? [ownSocket] : []), ...policy.connectOrigins.map(sourceOf)];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "worker-src 'self'",
    `connect-src ${[...new Set(connect)].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** True when a page served under `served` can do all that `wanted` asks, so that it needs no reload. */
export function covers(served: ContentPolicy, wanted: ContentPolicy): boolean {
  const reachable = new Set(served.connectOrigins.map(sourceOf));
  return wanted.connectOrigins.every((origin) => reachable.has(sourceOf(origin)));
}

/** Headers of every answer of ours beside the CSP: no sniffing, no framing, no other origin, only the microphone. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': [
    'microphone=(self)',
    'speaker-selection=(self)',
    'autoplay=(self)',
    'camera=()',
    'display-capture=()',
    'geolocation=()',
    'hid=()',
    'midi=()',
    'payment=()',
    'serial=()',
    'usb=()',
  ].join(', '),
};
