import { spawn } from 'node:child_process';
import type { Result } from '../../../preload/contract/result.ts';
import { fail, ok } from '../../../preload/contract/result.ts';
import type { Clock } from '../../platform/clock.ts';

/** How long an opener may take to say that it failed. One that still runs then has become the browser. */
export const OPENER_PATIENCE_MS = 5_000;

type Opener = readonly [program: string, ...args: string[]];

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, Opener>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Hands a checked address to the system's browser. Never through a shell. Fails where no browser took it. */
export function openInSystemBrowser(
  url: string,
  clock: Clock,
  [program, ...args]: Opener = OPENERS[process.platform] ?? ['xdg-open'],
): Promise<Result<null>> {
  return new Promise((resolve) => {
    const failed = (detail: string): void => {
      cancel();
      resolve(fail({ kind: 'unsupported_here', nextStep: 'check_address', detail }));
    };
    const cancel = clock.after(OPENER_PATIENCE_MS, () => resolve(ok(null)));
    const opener = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
    opener.unref();
    opener.once('error', () => failed(`${program} is missing`));
    opener.once('exit', (code) => {
      if (code !== 0) return failed(`${program} ended with ${code ?? 'a signal'}`);
      cancel();
      return resolve(ok(null));
    });
  });
}
