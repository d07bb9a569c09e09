import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { role } from '../../preload/contract/roles.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogBook } from '../platform/logger.ts';
import { ACCOUNT_STATES } from './policies/onboarding.ts';
import { PROFILE_IDS } from './policies/profile.ts';
import { DEFAULT_PROFILE, findProfile } from './policies/profiles.ts';
import { startSandbox } from './sandbox.ts';
import { parseFillPlan } from './scenarios/fill-plan.ts';

const USAGE = `Usage: --data DIR [--profile ${PROFILE_IDS.join('|')}] [--port N] [--fill ROWS [--seed N] [--months N]] [--state ${ACCOUNT_STATES.join('|')}]`;

const ticketRequest = z.object({ kind: z.literal('ticket'), role });

/** Beside the built file, or in the sources. */
function announcementsDir(): URL {
  const places = ['../assets/announcements/', '../../assets/announcements/'].map(
    (each) => new URL(each, import.meta.url),
  );
  return places.find((each) => existsSync(each)) ?? new URL('../assets/announcements/', import.meta.url);
}

const forked = process.send !== undefined;

/** To the process that forked us, else as one JSON line on stdout for scripts. */
function tell(message: object): void {
  if (!forked) process.stdout.write(`${JSON.stringify(message)}\n`);
  // A parent that is gone is learnt by `disconnect`.
  else process.send?.(message, undefined, undefined, () => undefined);
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      profile: { type: 'string', default: DEFAULT_PROFILE },
      port: { type: 'string', default: '0' },
      fill: { type: 'string' },
      seed: { type: 'string' },
      months: { type: 'string' },
      state: { type: 'string' },
    },
  });
  const profile = findProfile(values.profile);
  const port = Number(values.port);
  if (values.data === undefined || !profile || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(USAGE);
  }
  const fill = parseFillPlan({ rows: values.fill, seed: values.seed, months: values.months });
  if (typeof fill === 'string') throw new Error(`${fill}\n${USAGE}`);
  const accountState = ACCOUNT_STATES.find((each) => each === values.state);
  if (values.state !== undefined && !accountState) throw new Error(USAGE);
  return {
    dataDir: path.resolve(values.data),
    profile,
    port,
    ...(fill ? { fill } : {}),
    // One command line serves whichever provider is picked on screen; not every one has an onboarding.
    ...(accountState && profile.onboarding ? { accountState } : {}),
  };
}

/**
 * The sandbox's process. Says `{kind:'ready', address, adminKey, tickets}` once calls can be made; answers
 * `{kind:'ticket', role}` with `{kind:'ticket', role, ticket}`. Ends by SIGTERM, SIGINT or when its parent is gone.
 */
async function main(): Promise<void> {
  const log = createLogBook({
    clock: systemClock,
    level: 'warn',
    sinks: [{ write: (line) => void process.stderr.write(`${line}\n`), close: () => Promise.resolve() }],
  });
  const sandbox = await startSandbox({
    ...readArguments(),
    announcementsDir: announcementsDir(),
    clock: systemClock,
    log: log.part('sandbox'),
  });
  const end = (): void => void sandbox.close().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.once('disconnect', end);
  // The parent may have gone while we were starting.
  if (forked && !process.connected) return end();
  process.on('message', (message) => {
    const request = ticketRequest.safeParse(message);
    if (request.success) tell({ ...request.data, ticket: sandbox.ticket(request.data.role) });
  });
  tell({
    kind: 'ready',
    address: sandbox.address,
    adminKey: sandbox.adminKey,
    tickets: { owner: sandbox.ticket('owner'), admin: sandbox.ticket('admin'), user: sandbox.ticket('user') },
  });
}

main().catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exit(1);
});
