import type { Protocol } from 'electron';
import { readFile } from 'node:fs/promises';
import { contentSecurityPolicy, SECURITY_HEADERS } from '../content-policy.ts';
import type { ContentPolicy } from '../host.ts';
import type { PageFile } from '../page-files.ts';
import { cacheControl, findPageFile } from '../page-files.ts';
import { HOST_NAME, isOwnUrl, SCHEME } from './origin.ts';

/** Makes app: a scheme with origins, storage and media devices. Must run once, before `ready`. */
export function registerScheme(protocol: Protocol): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }]);
}

/**
 * Answers app://offhook/ from the listed files, each with the policy in force. What comes before `ready`
 * waits. `onPage` hears what each page is served under.
 */
export function serveScheme(
  protocol: Protocol,
  files: ReadonlyMap<string, PageFile>,
  ready: Promise<unknown>,
  pages: { readonly policy: () => ContentPolicy; readonly onPage: (servedUnder: ContentPolicy) => void },
): void {
  protocol.handle(SCHEME, async (request) => {
    const url = URL.parse(request.url);
    const file = url?.host === HOST_NAME && isOwnUrl(request.url) ? findPageFile(files, url.pathname) : undefined;
    if (!file || request.method !== 'GET') return new Response(null, { status: file ? 405 : 404 });
    await ready;
    const policy = pages.policy();
    if (file.type.startsWith('text/html')) pages.onPage(policy);
    const headers = {
      ...SECURITY_HEADERS,
      'Content-Security-Policy': contentSecurityPolicy(policy),
      'Content-Type': file.type,
      'Cache-Control': cacheControl(file),
    };
    return new Response(await readFile(file.file), { headers });
  });
}
