import * as z from 'zod';
import type { TrunkKind } from '../../policies/plan.ts';
import type { ChannelModel } from '../../policies/profile.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { Spans } from '../meters/spans.ts';
import type { User } from '../people.ts';

/** KZ-21: a count of -1 is no count; nothing turns it into 0 or the other way round. */
export const UNLIMITED = -1;

const count = z.int().min(UNLIMITED);
const modelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pooled'), count }),
  z.object({ kind: z.literal('in_out_twoway'), inbound: count, outbound: count, twoWay: count }),
]);
const capacitySchema = z.object({
  model: modelSchema,
  /** What holds from a later moment on (EXT-38). */
  pending: z.object({ model: modelSchema, at: z.int() }).nullable(),
});
type Stored = z.output<typeof capacitySchema>;

/** How many channels the account has (POL-08), and from when on it has another number. */
export interface Capacity {
  /** What admission counts against. */
  current(): ChannelModel;
  pending(): { readonly model: ChannelModel; readonly at: number } | null;
  /**
   * Sets the channels now, or at a later moment where `at` says so; whatever else was pending is forgotten. MUST run in
   * the transaction of what caused it. Running calls stay up. `actor` null = the provider, which alone may grant -1.
   */
  set(model: ChannelModel, actor: Pick<User, 'id'> | null, at?: number): void;
}

/** The kinds of trunk a model has, with their number, in the order people read them. */
export function kindsOf(model: ChannelModel): readonly { readonly kind: TrunkKind; readonly count: number }[] {
  if (model.kind === 'pooled') return [{ kind: 'pooled', count: model.count }];
  return [
    { kind: 'inbound', count: model.inbound },
    { kind: 'outbound', count: model.outbound },
    { kind: 'two_way', count: model.twoWay },
  ];
}

/** All channels together; -1 when one kind is unlimited. */
export function totalOf(model: ChannelModel): number {
  const counts = kindsOf(model).map((each) => each.count);
  return counts.includes(UNLIMITED) ? UNLIMITED : counts.reduce((sum, each) => sum + each, 0);
}

/** The trunks of a model one by one, each with a name that stays while it is there. Unlimited ones cannot be counted. */
function trunkNames(model: ChannelModel): readonly string[] {
  return kindsOf(model).flatMap(({ kind, count: number }) =>
    Array.from({ length: Math.max(0, number) }, (_, index) => `${kind}-${String(index + 1).padStart(5, '0')}`),
  );
}

export function createCapacity(ledger: Ledger, spans: Spans, audit: Audit): Capacity {
  const { profile, settings, clock, outbox, agenda } = ledger;
  const read = (): Stored =>
    settings.get('capacity', capacitySchema, () => ({ model: profile.policy.channels, pending: null }));

  function recordTrunks(model: ChannelModel, at: number): void {
    const before = new Set(spans.current('trunks'));
    const after = new Set(trunkNames(model));
    for (const name of before) if (!after.has(name)) spans.close('trunks', name, at);
    for (const name of after) if (!before.has(name)) spans.open('trunks', name, at);
  }

  function hold(model: ChannelModel): void {
    settings.put('capacity', { model, pending: null } satisfies Stored);
    recordTrunks(model, clock.now());
    outbox.append('plan.updated', clock.now());
  }

  if (spans.empty('trunks')) {
    const createdAt = ledger.db.prepare<[], number>('SELECT created_at FROM account').pluck().get() ?? clock.now();
    ledger.write(() => recordTrunks(read().model, createdAt));
  }

  agenda.add({
    name: 'channels of the next period',
    nextAt: () => read().pending?.at,
    run() {
      const { pending } = read();
      if (pending) hold(pending.model);
    },
  });

  return {
    current: () => read().model,
    pending: () => read().pending,
    set(model, actor, at) {
      const before = read();
      audit.write(actor, 'channels.changed', before.model, at === undefined ? model : { ...model, at });
      if (at === undefined) {
        hold(model);
        return;
      }
      settings.put('capacity', { model: before.model, pending: { model, at } } satisfies Stored);
      outbox.append('plan.updated', clock.now());
    },
  };
}
