import type { Account, Balance, CallLogEntry, Policy, UsageRow } from '../../preload/contract/models.ts';
import type { SyncStatus } from '../../preload/contract/sync-status.ts';
import { assertNever, type AppError, type Result } from '../../preload/contract/result.ts';
import type { CallService } from '../calls/service.ts';
import type { NumberService } from '../numbers/service.ts';
import { backoffMs, type BackoffRule } from '../platform/backoff.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Push } from '../platform/push.ts';
import type { EventStream, ProviderDriver, ProviderEvent } from '../provider/driver.ts';
import type { RateService } from '../rates/service.ts';
import type { Store } from '../store/store.ts';
import type { UsageService } from '../usage/service.ts';
import { readDeck } from './deck.ts';
import { FRESH_SYNC_STATE, readSyncState, saveSyncState, syncStateStatements, type SyncState } from './repo.ts';
import { syncStatusOf, type Activity } from './status.ts';
import { failureAction, offeredTopics, TOPICS, type Topic } from './topics.ts';
import { fillHistory, readNewest, type UsagePassPorts } from './usage-pass.ts';

/** How often a provider without events, or with a broken stream, is asked for balance and usage. */
export const POLL_MS = 60_000;
/** What changes rarely is asked for at each of so many polls. */
const RARE_POLLS = 15;
/** A deck this young is not read again. */
const DECK_FRESH_MS = 60 * 60_000;
const RETRY: BackoffRule = { baseMs: 2_000, maxMs: 5 * 60_000 };

/** When the charge of an own call is looked for, counted from its end; events usually are faster. */
export const CHARGE_LOOKS_MS = [300, 1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000] as const;

interface SyncDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly push: Push;
  readonly facts: {
    saveAccount(account: Account, asOf: number): Promise<Result<null>>;
    saveBalance(balance: Balance): Promise<Result<null>>;
    savePolicy(policy: Policy): Promise<Result<null>>;
  };
  readonly usage: UsageService;
  readonly rates: RateService;
  readonly numbers: NumberService;
  readonly calls: CallService;
  readonly onSignInExpired: () => void;
  readonly random?: () => number;
}

/** Keeps the cache of one account as the provider has it (3.3). Nothing is lost by a stop at any point. */
export interface SyncEngine {
  status(): SyncStatus;
  /** Follows a driver from now on; an earlier one is forgotten. */
  connect(driver: ProviderDriver): void;
  /** There is no driver to ask for now, and why. */
  cannotConnect(error: AppError): void;
  /** Asks for everything that may have changed. */
  refresh(): void;
  /** An own call ended: its charge is looked for until it is there. */
  callEnded(entry: CallLogEntry): void;
  stop(): void;
}

/** Reads where the last run stood. Nothing is asked of anybody before `connect`. */
export async function openSync(deps: SyncDeps): Promise<SyncEngine> {
  const { clock, store, push } = deps;
  const log = deps.log.part('sync');
  const stored = await readSyncState(store);
  let place: SyncState = stored.ok ? stored.value : FRESH_SYNC_STATE;
  // The way to the provider is being looked for from the first moment.
  let activity: Activity = { kind: 'syncing' };
  let driver: ProviderDriver | null = null;
  let stream: EventStream | null = null;
  let offered: ReadonlySet<Topic> = new Set();
  /** Counts drivers: whatever belongs to an earlier one is stale. */
  let generation = 0;
  let running = false;
  let runs = 0;
  let attempt = 0;
  let isDeep = true;
  let polls = 0;
  let isFollowing = false;
  let events: Promise<void> = Promise.resolve();
  const wanted = new Set<Topic>();
  const failedTopics = new Map<Topic, AppError>();
  let cancelRetry = (): void => undefined;
  let cancelPoll = (): void => undefined;
  const chases = new Set<() => void>();

  const status = (): SyncStatus => syncStatusOf(activity, place);
  const show = (next: Activity): void => {
    activity = next;
    push('sync.changed', status());
  };

  /** Works out the provider's clock from an answer; the request's own duration is split in the middle. */
  const timed = async <T extends { readonly serverNow: number }>(ask: () => Promise<Result<T>>): Promise<Result<T>> => {
    const sentAt = clock.now();
    const answer = await ask();
    if (answer.ok) {
      const serverOffsetMs = Math.round(answer.value.serverNow - (sentAt + clock.now()) / 2);
      place = { ...place, serverOffsetMs };
    }
    return answer;
  };

  const passPorts = (from: ProviderDriver, mine: number): UsagePassPorts => ({
    ask: (cursor, limit) => timed(() => from.usagePage(cursor, limit)),
    usage: deps.usage,
    state: () => place,
    stateSaved: (patch) => {
      place = { ...place, ...patch };
      push('sync.changed', status());
    },
    isStale: () => mine !== generation,
    onRows: applyCosts,
  });

  async function applyCosts(rows: readonly UsageRow[]): Promise<void> {
    const applied = await deps.calls.applyCosts(rows);
    if (!applied.ok) log.warn('Costs are not on the calls', { kind: applied.error.kind });
  }

  const ifCurrent = async <T>(
    mine: number,
    asking: Promise<Result<T>>,
    keep: (value: T) => Promise<Result<unknown>>,
  ): Promise<Result<unknown>> => {
    const answer = await asking;
    if (!answer.ok || mine !== generation) return answer;
    return keep(answer.value);
  };

  const steps: Readonly<Record<Topic, (from: ProviderDriver, mine: number) => Promise<Result<unknown>>>> = {
    balance: (from, mine) =>
      ifCurrent(
        mine,
        timed(() => from.balance()),
        ({ value }) => deps.facts.saveBalance(value),
      ),
    policy: (from, mine) =>
      ifCurrent(
        mine,
        timed(() => from.policy()),
        ({ value }) => deps.facts.savePolicy(value),
      ),
    account: (from, mine) =>
      ifCurrent(mine, from.account(), (account) => deps.facts.saveAccount(account, clock.now() + place.serverOffsetMs)),
    numbers: (from, mine) =>
      ifCurrent(
        mine,
        timed(() => from.numbers()),
        ({ value }) => deps.numbers.replace(value),
      ),
    rates: (from, mine) => readDeck(from, deps.rates, clock, DECK_FRESH_MS, () => mine !== generation),
    usage: async (from, mine) => {
      const deep = isDeep;
      const outcome = await readNewest(passPorts(from, mine), deep);
      if (outcome.ok && outcome.value !== 'stale') isDeep = false;
      if (outcome.ok && !place.backfillDone) want('backfill');
      return outcome;
    },
    backfill: async (from, mine) => {
      const outcome = await fillHistory(passPorts(from, mine));
      if (outcome.ok && outcome.value === 'more') want('backfill');
      return outcome;
    },
  };

  function want(...topics: readonly Topic[]): void {
    for (const topic of topics) if (offered.has(topic)) wanted.add(topic);
    void run();
  }

  /** One topic at a time; a newly wanted one that is more useful goes before the fill's next page. */
  async function run(): Promise<void> {
    const from = driver;
    if (running || !from || wanted.size === 0) return;
    running = true;
    runs += 1;
    const mine = generation;
    const isCurrent = (): boolean => mine === generation;
    show({ kind: 'syncing' });
    let paused: AppError | undefined;
    let topic: Topic | undefined;
    try {
      while (isCurrent() && !paused) {
        topic = TOPICS.find((each) => wanted.has(each));
        if (!topic) break;
        wanted.delete(topic);
        const outcome = await steps[topic](from, mine);
        if (!isCurrent()) break;
        if (outcome.ok) failedTopics.delete(topic);
        else paused = handleFailure(topic, outcome.error);
      }
    } catch (cause) {
      log.error('The sync threw', {}, cause);
      paused = { kind: 'internal', nextStep: 'report_bug', detail: 'The sync threw' };
      if (topic && isCurrent()) failedTopics.set(topic, paused);
    } finally {
      running = false;
    }
    if (mine === generation) await settle(mine, runs, paused);
    else void run();
  }

  /** Answers with the error when nothing else should be tried for now. */
  function handleFailure(topic: Topic, error: AppError): AppError | undefined {
    log.warn('A topic failed', { topic, kind: error.kind, detail: error.detail });
    const action = failureAction(error);
    switch (action) {
      case 'sign_in':
        deps.onSignInExpired();
        return error;
      case 'drop_topic':
        // A right may have been taken away: the account says what is left.
        if (topic !== 'account' && error.kind === 'forbidden') wanted.add('account');
        return undefined;
      case 'retry_topic':
        failedTopics.set(topic, error);
        return undefined;
      case 'pause_all':
        failedTopics.set(topic, error);
        return error;
      default:
        return assertNever(action);
    }
  }

  async function settle(mine: number, ended: number, paused: AppError | undefined): Promise<void> {
    const error = paused ?? failedTopics.values().next().value;
    if (!error) {
      attempt = 0;
      place = { ...place, lastSuccessAt: clock.now() + place.serverOffsetMs };
      const { lastSuccessAt, serverOffsetMs } = place;
      await saveSyncState(store, { lastSuccessAt, serverOffsetMs });
      // Another run may have begun meanwhile, or even ended: what it shows stands.
      if (mine !== generation || ended !== runs) return;
      if (wanted.size > 0) void run();
      else show({ kind: 'idle' });
      return;
    }
    show({ kind: 'waiting', error });
    const given = error.kind === 'provider_unavailable' ? (error.retryAfterMs ?? 0) : 0;
    const delayMs = Math.max(given, backoffMs(RETRY, attempt, deps.random));
    attempt += 1;
    cancelRetry();
    cancelRetry = clock.after(delayMs, () => {
      for (const topic of failedTopics.keys()) wanted.add(topic);
      void run();
    });
  }

  /** Asks at intervals for what no event tells of. */
  const poll = (): void => {
    cancelPoll();
    cancelPoll = clock.after(POLL_MS, () => {
      polls += 1;
      if (!isFollowing) want('balance', 'usage');
      if (polls % RARE_POLLS === 0) want('account', 'policy', 'numbers', 'rates');
      poll();
    });
  };

  /**
   * The place in the stream moves only behind what is on disk. Topics that are read again need not be there: every start
   * reads them anew.
   */
  async function onEvent(event: ProviderEvent, eventId: string | null): Promise<void> {
    const lastEventId = eventId ?? place.lastEventId;
    switch (event.kind) {
      case 'balance': {
        const saved = await deps.facts.saveBalance(event.balance.value);
        if (!saved.ok) return want('balance');
        break;
      }
      case 'usage': {
        const saved = await deps.usage.save(event.rows, syncStateStatements({ lastEventId }));
        if (!saved.ok) return want('usage');
        await applyCosts(event.rows);
        break;
      }
      case 'numbers':
        want('numbers');
        break;
      case 'policy':
        want('policy', 'rates');
        break;
      case 'account':
        want('account', 'balance');
        break;
      case 'resync':
        isDeep = true;
        want('balance', 'usage', 'policy', 'account', 'numbers', 'rates');
        break;
    }
    place = { ...place, lastEventId };
    if (event.kind !== 'usage') await saveSyncState(store, { lastEventId });
  }

  const follow = (from: ProviderDriver, mine: number): void => {
    let wasLost = false;
    stream = from.events(
      place.lastEventId,
      (event, eventId) => {
        events = events
          .then(() => (mine === generation ? onEvent(event, eventId) : undefined))
          .catch((cause: unknown) => log.error('An event of the provider failed', { kind: event.kind }, cause));
      },
      (state) => {
        if (mine !== generation) return;
        isFollowing = state === 'open';
        if (isFollowing && wasLost) want('balance', 'usage');
        wasLost = !isFollowing;
      },
    );
  };

  const disconnect = (): void => {
    generation += 1;
    stream?.close();
    stream = null;
    isFollowing = false;
    driver = null;
    wanted.clear();
    failedTopics.clear();
    cancelRetry();
    cancelPoll();
  };

  /** Looks once for the charge of a call; a priced row with its Call-ID ends the search. */
  const look = async (sipCallId: string, endedAt: number, looks: number): Promise<void> => {
    const rows = await deps.usage.ofCall(sipCallId, endedAt);
    const isPriced = rows.ok && rows.value.some((row) => row.priceState !== 'price_pending');
    // An event may have brought the row before the end of the call was written down.
    if (isPriced) await applyCosts(rows.value);
    // The balance once more, even where an event brought the row.
    want('balance', ...(isPriced ? [] : (['usage'] as const)));
    if (!isPriced) chase(sipCallId, endedAt, looks + 1);
  };

  function chase(sipCallId: string, endedAt: number, looks: number): void {
    const atMs = CHARGE_LOOKS_MS[looks];
    if (atMs === undefined) return;
    const cancel = clock.after(atMs - (CHARGE_LOOKS_MS[looks - 1] ?? 0), () => {
      chases.delete(cancel);
      void look(sipCallId, endedAt, looks);
    });
    chases.add(cancel);
  }

  return {
    status,
    connect(next) {
      disconnect();
      driver = next;
      attempt = 0;
      isDeep = true;
      offered = offeredTopics(next.capabilities);
      if (offered.size === 0) {
        show({ kind: 'not_offered' });
        return;
      }
      if (next.capabilities.events) follow(next, generation);
      poll();
      want('balance', 'usage', 'policy', 'account', 'numbers', 'rates', 'backfill');
    },
    cannotConnect(error) {
      if (!driver) show({ kind: 'waiting', error });
    },
    refresh() {
      attempt = 0;
      want('balance', 'usage', 'policy', 'account', 'numbers', 'rates');
    },
    callEnded(entry) {
      if (entry.sipCallId !== null && offered.has('usage')) chase(entry.sipCallId, entry.endedAt ?? clock.now(), 0);
    },
    stop() {
      disconnect();
      for (const cancel of chases) cancel();
      chases.clear();
    },
  };
}
