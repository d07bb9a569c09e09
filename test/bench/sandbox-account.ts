import Database from 'better-sqlite3';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RawAccount } from '../support/page/raw-phone.ts';

/**
 * The SIP account the app's first device was given by its sandbox, for a baseline that registers the same way. Read from
 * the books: the app itself never shows a password.
 */
export async function sandboxAccount(data: string, wsUrl: string, domain: string): Promise<RawAccount> {
  const folder = path.join(data, 'sandbox');
  const file = (await readdir(folder)).find((name) => name.endsWith('.sqlite'));
  if (file === undefined) throw new Error('The sandbox has no books yet');
  const db = new Database(path.join(folder, file), { readonly: true });
  try {
    const row = db
      .prepare<[], { user: string; password: string }>(
        'SELECT sip_user AS user, password FROM devices ORDER BY created_at LIMIT 1',
      )
      .get();
    if (!row) throw new Error('The sandbox knows no device yet');
    return { ...row, wsUrl, domain };
  } finally {
    db.close();
  }
}
