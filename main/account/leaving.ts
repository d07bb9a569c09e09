import { fail, type Result } from '../../preload/contract/result.ts';
import type { Logger } from '../platform/logger.ts';
import type { InstallState } from './install-state.ts';
import { deviceSecretName, signInSecretName } from './keys.ts';

/** What a sign-out has still to delete. */
interface Leaving {
  /** Notes that the account is being left; resolves when that is on disk, so that no kind of end can undo it. */
  begin(key: string, eraseHistory: boolean): Promise<void>;
  /**
   * Deletes cache, secrets and, where asked, history of every account noted. The account must be closed. What cannot be
   * deleted stays noted, for the next start at the latest, and is answered with the first error.
   */
  finish(): Promise<Result<null>>;
  /** The person is back in this account: nothing of it is deleted any more. */
  forget(key: string): void;
}

/** Works on the notes of the install file. */
export function createLeaving(ports: {
  readonly install: InstallState;
  readonly log: Logger;
  readonly secrets: { delete(name: string): Promise<void> };
  /** Deletes an account's cache, and its history where asked. Nobody has its files open. */
  readonly eraseFiles: (key: string, eraseHistory: boolean) => Promise<Result<null>>;
}): Leaving {
  const { install, log, secrets } = ports;
  const forget = (key: string): void => {
    const { leaving } = install.get();
    const others = leaving.filter((each) => each.key !== key);
    if (others.length < leaving.length) install.set({ leaving: others });
  };

  /** One that fails does not keep the others from being tried. */
  const failureOf = async (
    what: string,
    run: () => Promise<Result<null> | void>,
  ): Promise<Result<never> | undefined> => {
    try {
      const outcome = await run();
      return outcome?.ok === false ? outcome : undefined;
    } catch (cause) {
      log.error('A sign-out could not delete everything', { what }, cause);
      const detail = `Not deleted: ${what}`;
      return fail({ kind: 'internal', nextStep: 'restart_app', detail });
    }
  };

  return {
    async begin(key, eraseHistory) {
      forget(key);
      install.set({ leaving: [...install.get().leaving, { key, eraseHistory }] });
      await install.flush();
    },
    async finish() {
      let failed: Result<never> | undefined;
      for (const { key, eraseHistory } of install.get().leaving) {
        // The files first: on a full disk the secrets cannot be written anew before there is room.
        const failures = [
          await failureOf('files', () => ports.eraseFiles(key, eraseHistory)),
          await failureOf('sign-in', () => secrets.delete(signInSecretName(key))),
          await failureOf('device', () => secrets.delete(deviceSecretName(key))),
        ].filter((failure) => failure !== undefined);
        if (failures.length === 0) forget(key);
        failed ??= failures[0];
      }
      return failed ?? { ok: true, value: null };
    },
    forget,
  };
}
