import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Role } from '../preload/contract/roles.ts';

/** What a start was asked for. Paths are absolute; null = not mentioned. */
export interface StartOptions {
  readonly headless: boolean;
  readonly port: number | null;
  readonly dataDir: string;
  readonly profile: string | null;
  readonly role: Role | null;
  /** Rows of history a new sandbox account is filled with. */
  readonly fill: number | null;
  /** Where the onboarding of a new sandbox account stands, as in full_no_order. */
  readonly accountState: string | null;
}

export type ParsedArguments =
  { readonly ok: true; readonly options: StartOptions } | { readonly ok: false; readonly sentence: string };

const USAGE =
  'Usage: npm start -- [--headless] [--port N] [--data DIR] [--profile NAME] [--as owner|admin|user] [--fill ROWS] [--state STATE]';
const ROLES: readonly Role[] = ['owner', 'admin', 'user'];

/** The person's folder for application data on this system. */
export function defaultDataDir(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  home: string = os.homedir(),
): string {
  if (platform === 'win32')
    return path.join(environment['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'Offhook');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Offhook');
  // The XDG base directory specification ignores a relative path.
  const xdg = environment['XDG_DATA_HOME'];
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'share'), 'offhook');
}

const wrong = (what: string): ParsedArguments => ({ ok: false, sentence: `${what}\n${USAGE}` });

/**
 * Reads the command line. `isStrict` refuses flags that are not ours; Electron's own (and a debugger's) come on the same
 * line there.
 */
export function parseArguments(words: readonly string[], isStrict: boolean): ParsedArguments {
  const config = {
    options: {
      headless: { type: 'boolean' },
      port: { type: 'string' },
      data: { type: 'string' },
      profile: { type: 'string' },
      as: { type: 'string' },
      fill: { type: 'string' },
      state: { type: 'string' },
    },
  } as const;
  let values: { readonly [Name in keyof (typeof config)['options']]?: unknown };
  try {
    ({ values } = parseArgs({ ...config, args: [...words], strict: isStrict, allowPositionals: !isStrict }));
  } catch (cause) {
    return wrong(cause instanceof Error ? (cause.message.split('. ')[0] ?? '') : String(cause));
  }
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const port = values.port === undefined ? null : Number(text(values.port) ?? Number.NaN);
  if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    return wrong('--port takes a number from 0 (any free port) to 65535.');
  }
  const data = text(values.data);
  if (values.data !== undefined && data === null) return wrong('--data takes a folder.');
  const profile = text(values.profile);
  if (values.profile !== undefined && (profile === null || !/^[\w-]{1,40}$/.test(profile))) {
    return wrong('--profile takes the name of a sandbox profile.');
  }
  const as = text(values.as);
  const role = ROLES.find((each) => each === as) ?? null;
  if (values.as !== undefined && role === null) return wrong('--as takes owner, admin or user.');
  const fill = values.fill === undefined ? null : Number(text(values.fill) ?? Number.NaN);
  if (fill !== null && !(Number.isInteger(fill) && fill > 0)) return wrong('--fill takes a number of rows.');
  const accountState = text(values.state);
  if (values.state !== undefined && (accountState === null || !/^[a-z_]{1,40}$/.test(accountState))) {
    return wrong('--state takes the state a new account is in.');
  }
  return {
    ok: true,
    options: {
      headless: values.headless === true,
      port,
      dataDir: data === null ? defaultDataDir() : path.resolve(data),
      profile,
      role,
      fill,
      accountState,
    },
  };
}
