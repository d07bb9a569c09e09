import { systemClock } from '../../main/platform/clock.ts';
import { connect } from '../../main/provider/conformance/connect.ts';
import type { Case } from '../../main/provider/conformance/kit.ts';
import { runCases } from '../../main/provider/conformance/run.ts';
import type { Line } from '../../main/provider/conformance/run.ts';
import { startRig } from './sandbox-api-rig.ts';

/** Timers run so much faster than they promise, and so much less is waited for. */
const FASTER = 100;
const PATIENCE = 0.1;

interface RunOptions {
  readonly fetch?: typeof fetch;
  readonly spend?: boolean;
  readonly chosen?: (each: Case) => boolean;
}

/** The real sandbox on a fast clock, and the kit's runs against it. */
export async function startConformance(profile?: string) {
  const clock = {
    ...systemClock,
    after: (delayMs: number, run: () => void) => systemClock.after(delayMs / FASTER, run),
  };
  const rig = await startRig({ clock, ...(profile === undefined ? {} : { profile }) });
  return {
    rig,
    stop: () => rig.stop(),
    async run(options: RunOptions = {}): Promise<readonly Line[]> {
      const connected = await connect({
        url: rig.origin,
        owner: { kind: 'ticket', ticket: rig.api.tickets.issue('owner') },
        user: { kind: 'ticket', ticket: rig.api.tickets.issue('user') },
        spend: options.spend ?? false,
        patience: PATIENCE,
        ...(options.fetch ? { fetch: options.fetch } : {}),
      });
      return runCases(connected, options.chosen);
    },
  };
}

export type Conformance = Awaited<ReturnType<typeof startConformance>>;

export const of = (lines: readonly Line[], kind: Line['verdict']['kind']): readonly string[] =>
  lines.filter((line) => line.verdict.kind === kind).map((line) => line.id);

/** Failures with their sentences, for a test's message. */
export const failures = (lines: readonly Line[]): readonly string[] =>
  lines.flatMap((line) => (line.verdict.kind === 'failed' ? [`${line.id}: ${line.verdict.says}`] : []));
