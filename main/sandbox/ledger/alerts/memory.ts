import * as z from 'zod';
import type { Settings } from '../settings.ts';
import type { Mark } from './machine.ts';
import { nameOf } from './machine.ts';
import { reasonSchema } from './reasons.ts';

const memorySchema = z.object({
  /** Marks that have fired and are not armed again. */
  fired: z.array(z.string()),
  /** What is still to be told, as soon as it is known what else is (F-15). */
  pending: z.array(reasonSchema),
  /** null = nobody was told anything about the balance as it stands. */
  lastNoticeAt: z.int().nullable(),
  /** Starts of the hour and the day whose spend was told. */
  spendHour: z.int().nullable(),
  spendDay: z.int().nullable(),
});

/** What people were told last, kept with the books. */
export type AlertMemory = z.output<typeof memorySchema>;

interface Books {
  readonly settings: Settings;
}

const DOCUMENT = 'alerts.memory';

/** The document of a new account whose balance is under these marks. */
export function firstMemory(under: readonly Mark[]): { readonly document: string; readonly value: AlertMemory } {
  const fired = under.map(nameOf);
  return { document: DOCUMENT, value: { fired, pending: [], lastNoticeAt: null, spendHour: null, spendDay: null } };
}

export function readMemory({ settings }: Books): AlertMemory {
  return settings.get(DOCUMENT, memorySchema, () => firstMemory([]).value);
}

/** MUST run in a transaction. */
export function keepMemory({ settings }: Books, memory: AlertMemory): void {
  settings.put(DOCUMENT, memorySchema.parse(memory));
}
