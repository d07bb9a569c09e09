import { shortHash } from '../platform/ids.ts';
import type { Account } from '../../preload/contract/models.ts';
import type { Connection } from './install-state.ts';

/**
 * The folder name of an account: readable, safe on every file system, and different for every provider, account and
 * user (EXT-44). The sandbox's address changes from run to run, so its profile stands for it.
 */
export function accountKey(account: Account, connection: Connection, providerAddress: string): string {
  const where = connection.kind === 'sandbox' ? `sandbox:${connection.profile}` : providerAddress;
  const readable =
    account.user.id
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, 40) || 'account';
  return `${readable}-${shortHash(12, account.driver, where, account.id, account.user.id)}`;
}

/** Where the way back to an account's provider is kept (tokens, or a SIP password). */
export const signInSecretName = (key: string): string => `sign-in.${key}`;

/** Where the SIP credentials of this install are kept for an account. */
export const deviceSecretName = (key: string): string => `device.${key}`;
