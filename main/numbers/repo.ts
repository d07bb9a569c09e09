import type { OwnedNumber } from '../../preload/contract/models.ts';
import { ownedNumber } from '../../preload/contract/models.ts';
import type { Result } from '../../preload/contract/result.ts';
import { ok } from '../../preload/contract/result.ts';
import { parseJson } from '../platform/json.ts';
import { parseRows } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

const INSERT = `
INSERT INTO owned_number (number, position, label, country_code, capabilities, state, emergency, is_default_caller_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const SELECT = `
SELECT number, label, country_code, capabilities, state, emergency, is_default_caller_id
FROM owned_number ORDER BY position`;

interface StoredNumber {
  readonly number: string;
  readonly label: string;
  readonly country_code: string;
  readonly capabilities: string;
  readonly state: string;
  readonly emergency: string;
  readonly is_default_caller_id: number;
}

function fromStored(row: StoredNumber): unknown {
  return {
    number: row.number,
    label: row.label,
    countryCode: row.country_code,
    capabilities: parseJson(row.capabilities),
    state: row.state,
    emergency: row.emergency,
    isDefaultCallerId: row.is_default_caller_id !== 0,
  };
}

/** The account's numbers, in the provider's order; empty when none is cached. */
export async function readNumbers(store: Store): Promise<Result<readonly OwnedNumber[]>> {
  const read = await store.read<StoredNumber>('cache', SELECT);
  return read.ok ? parseRows('cache', 'owned_number', ownedNumber, read.value.map(fromStored)) : read;
}

/** Replaces the whole list in one transaction. */
export async function replaceNumbers(store: Store, numbers: readonly OwnedNumber[]): Promise<Result<null>> {
  const rows = numbers.map((each, position) => [
    each.number,
    position,
    each.label,
    each.countryCode,
    JSON.stringify(each.capabilities),
    each.state,
    each.emergency,
    each.isDefaultCallerId ? 1 : 0,
  ]);
  const written = await store.write('cache', [
    { sql: 'DELETE FROM owned_number', rows: [[]] },
    { sql: INSERT, rows },
  ]);
  return written.ok ? ok(null) : written;
}
