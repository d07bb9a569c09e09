import type { Settings } from '../../preload/contract/models.ts';
import { DEFAULT_SETTINGS, settings } from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';
import { ok } from '../../preload/contract/result.ts';
import { parseJson } from '../platform/json.ts';
import type { Store } from '../store/store.ts';

const SAVE = `
INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

/** Each setting on its own: one that does not parse falls back to its default and takes no other with it. */
function fromRows(rows: readonly { readonly name: string; readonly value: string }[]): Settings {
  const found = new Map(rows.map((row) => [row.name, parseJson(row.value)]));
  const candidate: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const name of Object.keys(DEFAULT_SETTINGS) as (keyof Settings)[]) {
    if (!found.has(name)) continue;
    const parsed = settings.shape[name].safeParse(found.get(name));
    if (parsed.success) candidate[name] = parsed.data;
  }
  return settings.parse(candidate);
}

/** All settings; what was never set, or is no longer readable, has its default. */
export async function readSettings(store: Store): Promise<Result<Settings>> {
  const read = await store.read<{ name: string; value: string }>('keep', 'SELECT name, value FROM setting');
  return read.ok ? ok(fromRows(read.value)) : read;
}

/** Saves the settings named in `patch` and answers with all as they stand now. */
export async function saveSettings(store: Store, patch: Partial<Settings>): Promise<Result<Settings>> {
  const rows = Object.entries(patch)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, JSON.stringify(value)]);
  const written = await store.write('keep', [{ sql: SAVE, rows }]);
  return written.ok ? readSettings(store) : written;
}
