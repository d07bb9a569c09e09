import { isLoopback } from '../platform/loopback.ts';

/**
 * The address in canonical form if it may be opened outside the app: https, or http on this machine (the sandbox's
 * pages). Credentials in it are refused. undefined for anything else.
 */
export function externalAddress(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '') return undefined;
  if (url.protocol === 'https:') return url.href;
  return url.protocol === 'http:' && isLoopback(url.hostname) ? url.href : undefined;
}
