import path from 'node:path';
import type {
  Account,
  CallLogEntry,
  PhoneCredentials,
  Policy,
  Settings,
  Snapshot,
} from '../preload/contract/models.ts';
import type { Result } from '../preload/contract/result.ts';
import { openAccountFacts, type AccountFacts } from './account/facts.ts';
import { deviceSecretName } from './account/keys.ts';
import type { OpenAccount } from './account/ports.ts';
import { ensureInstanceId } from './account/repo.ts';
import { builtInPolicy, isEmergency } from './calls/emergency-numbers.ts';
import { createCallService, type CallService } from './calls/service.ts';
import { openProvisioning, type Provisioning } from './devices/provisioning.ts';
import type { PhoneService } from './devices/service.ts';
import { createNumberService, type NumberService } from './numbers/service.ts';
import type { Clock } from './platform/clock.ts';
import { newUuid } from './platform/ids.ts';
import type { Logger } from './platform/logger.ts';
import type { Push } from './platform/push.ts';
import type { ProviderDriver } from './provider/driver.ts';
import { createRateService, type RateService } from './rates/service.ts';
import type { SettingsService } from './settings/service.ts';
import { openStore } from './store/open.ts';
import { openSync, type SyncEngine } from './sync/engine.ts';
import { createUsageService, type UsageService } from './usage/service.ts';

/** Rows of each list in the first answer: more than a screen shows, little enough for one frame. */
const SNAPSHOT_ROWS = 100;

interface AccountParts {
  readonly dataDir: string;
  readonly storeWorkerUrl: URL;
  readonly clock: Clock;
  readonly log: Logger;
  readonly push: Push;
  readonly secrets: {
    get(name: string): Promise<string | undefined>;
    set(name: string, value: string): Promise<void>;
  };
  readonly phone: PhoneService;
  readonly settings: SettingsService;
  readonly onAccount: (account: Account) => void;
  readonly onSignInExpired: () => void;
  /** Where the window registers, as soon as it is known and whenever it changes. */
  readonly onSipOrigin: (wssUrl: string) => void;
}

/** The open account with all its services: what the handlers answer from. */
export interface AccountRoom extends OpenAccount {
  readonly usage: UsageService;
  readonly rates: RateService;
  readonly numbers: NumberService;
  readonly calls: CallService;
  readonly provisioning: Provisioning;
  readonly sync: SyncEngine;
  readonly portalUrl: () => string | null;
  /** The account's slices of the snapshot. */
  slices(): Promise<AccountSlices>;
}

export type AccountSlices = Pick<
  Snapshot,
  'balance' | 'policy' | 'numbers' | 'sync' | 'storeNotices' | 'history' | 'usage'
>;

/** Rows of a list, or none where the file cannot be read: the store's notice says so on screen. */
const rowsOf = <T>(result: Result<T>, none: T): T => (result.ok ? result.value : none);

function policyOf(facts: AccountFacts, settings: Settings): Policy {
  const { countryCode } = facts.account();
  return facts.policy() ?? builtInPolicy(settings.dialCountry ?? countryCode, 0);
}

/** Opens the databases of an account and builds everything that works on them. The provider is not asked yet. */
export async function openAccountRoom(key: string, account: Account, parts: AccountParts): Promise<AccountRoom> {
  const { clock, log, push, phone, settings } = parts;
  const store = await openStore({
    directory: path.join(parts.dataDir, 'accounts', key),
    workerUrl: parts.storeWorkerUrl,
    clock,
    log,
  });
  const stopNotices = store.onNotice((notices) => push('store.changed', notices));
  const [facts, instanceId] = await Promise.all([
    openAccountFacts({ store, push, account, onAccount: parts.onAccount }),
    ensureInstanceId(store, newUuid()),
    settings.useAccount(store),
  ]);
  let isClosed = false;
  const policy = (): Policy => policyOf(facts, settings.current());
  const numbers = createNumberService({ store, push });
  const usage = createUsageService({ store, push, partialBefore: () => sync.status().partialBefore });
  const calls = createCallService({
    store,
    push,
    now: () => clock.now(),
    accountId: () => facts.account().id,
    legsOf: (sipCallId, aroundMs) => usage.ofCall(sipCallId, aroundMs),
    onEnded: (entry: CallLogEntry) => sync.callEnded(entry),
  });
  const rates = createRateService({
    store,
    now: () => clock.now() + sync.status().serverOffsetMs,
    countryCode: () => settings.current().dialCountry ?? facts.account().countryCode,
    isEmergency: (target) => isEmergency(target, policy().emergency),
    balance: () => facts.balance(),
    policy: () => facts.policy(),
  });
  const [sync, provisioning] = await Promise.all([
    openSync({ ...parts, store, facts, usage, rates, numbers, calls }),
    openProvisioning({
      // Where the keep file cannot be read the install still has a phone, under an id of this run.
      instanceId: instanceId.ok ? instanceId.value : newUuid(),
      clock,
      log,
      secrets: parts.secrets,
      secretName: deviceSecretName(key),
      useCached: !account.isSandbox,
      onChanged: (credentials: PhoneCredentials) => {
        // Another origin loads the page anew, which would end a call.
        void phone.renew(() => {
          if (!isClosed) parts.onSipOrigin(credentials.wssUrl);
        });
      },
    }),
    // Open calls of a run that crashed: their window is gone.
    calls.closeLost(),
  ]);
  if (provisioning.cachedUrl !== null) parts.onSipOrigin(provisioning.cachedUrl);
  let driver: ProviderDriver | null = null;

  return {
    key,
    account: () => facts.account(),
    usage,
    rates,
    numbers,
    calls,
    provisioning,
    sync,
    portalUrl: () => {
      const pages = driver ? [driver.capabilities.balance, driver.capabilities.usage, driver.capabilities.numbers] : [];
      return pages.find((page) => page.kind === 'portal')?.url ?? null;
    },
    async slices() {
      const person = facts.account().user;
      const newest = { cursor: null, limit: SNAPSHOT_ROWS };
      const [numberRows, history, usagePage] = await Promise.all([
        numbers.list(),
        calls.page(newest),
        usage.page(newest, { ...person, userId: person.id }),
      ]);
      return {
        balance: facts.balance(),
        policy: policy(),
        numbers: rowsOf(numberRows, []),
        sync: sync.status(),
        storeNotices: store.notices(),
        history: history.ok ? history.value.rows : [],
        usage: rowsOf(usagePage, { rows: [], next: null, partialBefore: null }),
      };
    },
    connect(next) {
      driver = next;
      provisioning.connect(next);
      sync.connect(next);
    },
    cannotConnect(result) {
      if (!result.ok) sync.cannotConnect(result.error);
    },
    isCallUp: () => phone.isCallUp(),
    whenIdle: () => phone.whenIdle(),
    releasePhone: () => phone.askToRelease(),
    async close() {
      isClosed = true;
      sync.stop();
      provisioning.stop();
      phone.reset();
      stopNotices();
      await settings.useAccount(null);
      await store.close();
    },
  };
}
