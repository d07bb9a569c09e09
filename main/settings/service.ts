import type { OwnedNumber, Settings } from '../../preload/contract/models.ts';
import { fail, ok, type Result } from '../../preload/contract/result.ts';
import type { Push } from '../platform/push.ts';
import type { Store } from '../store/store.ts';
import { readSettings, saveSettings } from './repo.ts';

export interface SettingsService {
  /** As they stand, without a disk read. */
  current(): Settings;
  /** Keeps what the patch names, tells every window, answers with all. */
  set(patch: Partial<Settings>): Promise<Result<Settings>>;
  /** Goes over to the settings of an account; null = nobody signed in. */
  useAccount(store: Store | null): Promise<void>;
}

const isNamed = ([, value]: readonly [string, unknown]): boolean => value !== undefined;

/**
 * Settings belong to the account and live in its keep file. `last` remembers them for the windows of a signed-out app:
 * a theme does not jump at sign-out, and what is set there still counts.
 */
export function createSettingsService(deps: {
  readonly push: Push;
  readonly initial: Settings;
  readonly remember: (settings: Settings) => void;
  /** Own numbers, empty while unknown. */
  readonly numbers: () => Promise<readonly OwnedNumber[]>;
}): SettingsService {
  let settings = deps.initial;
  let store: Store | null = null;
  const take = (next: Settings): void => {
    settings = next;
    deps.remember(next);
    deps.push('settings.changed', next);
  };
  return {
    current: () => settings,
    async set(patch) {
      const named = Object.fromEntries(Object.entries(patch).filter(isNamed)) as Partial<Settings>;
      if (typeof named.defaultCallerId === 'string') {
        const numbers = await deps.numbers();
        if (numbers.length > 0 && !numbers.some((each) => each.number === named.defaultCallerId)) {
          const detail = 'Only a number of this account can be shown to others';
          return fail({ kind: 'invalid_request', nextStep: 'check_input', detail, field: 'defaultCallerId' });
        }
      }
      if (store) {
        const saved = await saveSettings(store, named);
        // A full disk must not keep a person from another microphone: it holds until the app closes.
        if (!saved.ok && saved.error.kind !== 'store') return saved;
      }
      take({ ...settings, ...named });
      return ok(settings);
    },
    async useAccount(next) {
      store = next;
      if (!next) return;
      const read = await readSettings(next);
      if (read.ok) take(read.value);
    },
  };
}
