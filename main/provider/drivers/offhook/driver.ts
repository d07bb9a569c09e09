import type { Account, Policy } from '../../../../preload/contract/models.ts';
import type { Result } from '../../../../preload/contract/result.ts';
import { ok } from '../../../../preload/contract/result.ts';
import type { Clock } from '../../../platform/clock.ts';
import { newUuid } from '../../../platform/ids.ts';
import type { ApiOutcome, ApiRequest } from '../../api/client.ts';
import { createApiClient } from '../../api/client.ts';
import type { EndpointName, EndpointResponse } from '../../api/endpoints.ts';
import type { Page, ProviderDriver } from '../../driver.ts';
import type { OffhookProvider } from './discovery.ts';
import { failed, protocolFault } from './errors.ts';
import { followEvents } from './events.ts';
import {
  WireFault,
  toAccount,
  toBalance,
  toCredentials,
  toOwnedNumber,
  toPolicy,
  toRate,
  toUsageRow,
  utcMs,
} from './mapping.ts';
import type { Tokens } from './tokens.ts';
import { createTokenSource } from './tokens.ts';

interface OffhookDriverOptions {
  readonly provider: OffhookProvider;
  readonly tokens: Tokens;
  /** Stores a renewed pair; resolved before the pair is used. */
  readonly saveTokens: (tokens: Tokens) => Promise<void>;
  readonly clock: Clock;
  /** What the provider's device list calls this install. */
  readonly deviceName: string;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
  readonly random?: () => number;
}

/** Largest number of pages of `numbers` that is read; an account with more has a fault, not numbers. */
const MAX_NUMBER_PAGES = 50;

/**
 * Remembers one walk through a list, so that a provider whose cursor comes round again is an error and never a sync
 * without end. A call that does not go on where the walk stood starts a new walk.
 */
function createWalk() {
  let seen = new Set<string>();
  let expected: string | null = null;
  return {
    /** True when `next` was already used in this walk. */
    repeats(cursor: string | null, next: string | null): boolean {
      if (cursor === null || cursor !== expected) seen = new Set();
      if (cursor !== null) seen.add(cursor);
      expected = next;
      return next !== null && seen.has(next);
    },
  };
}

/**
 * The driver of the open Provider API. Every request is bounded (15 s) and its answer parsed; a 401 renews the token
 * once and asks again, nothing else is tried again here. A cursor the provider no longer knows answers `not_found`:
 * begin again from null. A list whose cursor repeats answers `provider_protocol`.
 */
export function createOffhookDriver(options: OffhookDriverOptions): ProviderDriver {
  const { provider, clock } = options;
  const http = {
    fetch: options.fetch ?? fetch,
    now: () => clock.now(),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  };
  const api = createApiClient({ ...http, apiBase: provider.apiBase });
  const tokens = createTokenSource(provider, options.tokens, options.saveTokens, http);
  const host = new URL(provider.apiBase).host;
  const walks = { usage: createWalk(), rates: createWalk() };

  async function ask<N extends EndpointName, T>(
    name: N,
    request: Omit<ApiRequest, 'accessToken'>,
    map: (wire: EndpointResponse<N>, serverNow: number) => T,
  ): Promise<Result<T>> {
    const token = await tokens.accessToken();
    if (!token.ok) return token;
    let outcome: ApiOutcome<EndpointResponse<N>> = await api.call(name, { ...request, accessToken: token.value });
    if (outcome.kind === 'problem' && outcome.status === 401) {
      const renewed = await tokens.renewed(token.value);
      if (!renewed.ok) return renewed;
      outcome = await api.call(name, { ...request, accessToken: renewed.value });
    }
    if (outcome.kind !== 'answer') return failed(outcome, host);
    try {
      return ok(map(outcome.value, outcome.serverNow));
    } catch (fault) {
      if (fault instanceof WireFault) return protocolFault(fault.message);
      throw fault;
    }
  }

  function list<N extends 'listUsage' | 'listRates' | 'listNumbers', T>(
    name: N,
    cursor: string | null,
    limit: number,
    map: (row: EndpointResponse<N>['data'][number]) => T,
  ): Promise<Result<Page<T>>> {
    return ask(name, { query: { cursor, limit } }, (wire, serverNow) => ({
      rows: (wire.data as EndpointResponse<N>['data'][number][]).map(map),
      next: wire.next_cursor,
      total: wire.total,
      asOf: utcMs(wire.as_of),
      serverNow,
    }));
  }

  function refuseRepeat<T>(walk: ReturnType<typeof createWalk>, cursor: string | null, page: Result<Page<T>>) {
    if (page.ok && walk.repeats(cursor, page.value.next)) return protocolFault('A page repeats: its cursor came again');
    return page;
  }

  const readAccount = (): Promise<Result<Account>> => ask('getAccount', {}, toAccount);
  const readPolicy = () =>
    ask('getPolicy', {}, (wire, serverNow) => ({
      value: toPolicy(wire, serverNow) satisfies Policy,
      asOf: utcMs(wire.as_of),
      serverNow,
    }));

  return {
    id: 'offhook',
    capabilities: {
      balance: { kind: 'read' },
      usage: { kind: 'read' },
      rates: { kind: 'read' },
      numbers: { kind: 'read' },
      events: true,
    },
    account: readAccount,
    policy: readPolicy,
    balance: () =>
      ask('getBalance', {}, (wire, serverNow) => {
        const value = toBalance(wire);
        return { value, asOf: value.asOf, serverNow };
      }),
    async usagePage(cursor, limit) {
      return refuseRepeat(walks.usage, cursor, await list('listUsage', cursor, limit, toUsageRow));
    },
    async ratesPage(cursor, limit) {
      return refuseRepeat(walks.rates, cursor, await list('listRates', cursor, limit, toRate));
    },
    async numbers() {
      const walk = createWalk();
      const rows: ReturnType<typeof toOwnedNumber>[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MAX_NUMBER_PAGES; page += 1) {
        const answer: Result<Page<ReturnType<typeof toOwnedNumber>>> = refuseRepeat(
          walk,
          cursor,
          await list('listNumbers', cursor, 1000, toOwnedNumber),
        );
        if (!answer.ok) return answer;
        rows.push(...answer.value.rows);
        cursor = answer.value.next;
        if (cursor === null) return ok({ value: rows, asOf: answer.value.asOf, serverNow: answer.value.serverNow });
      }
      return protocolFault('The list of numbers has no end');
    },
    async provisionDevice(instanceId) {
      const request = { path: { instance_id: instanceId }, body: { name: options.deviceName } };
      const [device, account, policy] = await Promise.all([
        ask('putDevice', { ...request, idempotencyKey: newUuid() }, (wire) => wire),
        readAccount(),
        readPolicy(),
      ]);
      if (!device.ok) return device;
      if (!account.ok) return account;
      if (!policy.ok) return policy;
      if (device.value.instance_id !== instanceId) return protocolFault('The device belongs to another install');
      return ok(toCredentials(device.value, account.value.user.name, policy.value.value.media));
    },
    events: (lastEventId, listener, onState) =>
      followEvents(
        { api, tokens, clock, ...(options.random === undefined ? {} : { random: options.random }) },
        lastEventId,
        listener,
        onState,
      ),
    signOut: () => tokens.revoke(),
    origins() {
      const origins = [provider.apiBase, provider.issuer, provider.tokenEndpoint].map((url) => new URL(url).origin);
      return [...new Set(origins)];
    },
  };
}
