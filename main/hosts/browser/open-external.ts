import { spawn } from 'node:child_process';
import type { Result } from '../../../preload/contract/result.ts';
import { fail, ok } from '../../../preload/contract/result.ts';

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Hands a checked address to the system's browser. Never through a shell. */
export function openInSystemBrowser(url: string): Promise<Result<null>> {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const opener = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
    opener.once('error', () =>
      resolve(fail({ kind: 'unsupported_here', nextStep: 'check_address', detail: `${program} is missing` })),
    );
    opener.once('spawn', () => {
      opener.unref();
      resolve(ok(null));
    });
  });
}
