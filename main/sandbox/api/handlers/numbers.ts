import type { numberOperations } from '../../../provider/api/operations/numbers.ts';
import type { MarketNumber } from '../../ledger/numbers/inventory.ts';
import type { NumberView } from '../../ledger/numbers/view.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Handlers } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { timestamp } from '../wire.ts';
import { createNumberWire } from '../wire-numbers.ts';

/** So many numbers are offered instead where a search finds none. */
const NEAREST = 5;

/** Numbers of the account and numbers to buy. */
export function numberHandlers(context: ApiContext): Handlers<typeof numberOperations> {
  const { ledger, services, epoch } = context;
  const { numbers } = services;
  const { market, holds } = numbers;
  const wire = createNumberWire(ledger, numbers);
  const asOf = (): string => timestamp(ledger.clock.now());
  const after = (list: string, cursor: string | undefined): string =>
    cursor === undefined ? '' : String(decodeCursor(list, epoch, 1, cursor)[0]);

  /** Asked for one row more than wanted: that is how the end is known. */
  function cut<R>(list: string, rows: readonly R[], limit: number, keyOf: (row: R) => string) {
    const data = rows.slice(0, limit);
    const last = data.at(-1);
    const next_cursor = rows.length > limit && last !== undefined ? encodeCursor(list, epoch, [keyOf(last)]) : null;
    return { data, next_cursor, as_of: asOf() };
  }

  function owned(view: NumberView | undefined) {
    if (!view) throw new Refusal('not_found', { detail: 'The account has no such number' });
    return wire.owned(view);
  }

  const offered = (userId: string) => {
    const mine = new Map(holds.of(userId).map((hold) => [hold.number, hold]));
    return (found: MarketNumber) => wire.available(found, mine.get(found.number));
  };

  return {
    listNumbers({ user, query }) {
      const views = numbers.page(user, after('numbers', query.cursor), query.limit + 1);
      const page = cut('numbers', views, query.limit, (view) => view.row.number);
      return { ...page, data: page.data.map((view) => wire.owned(view)), total: numbers.count(user) };
    },
    listAvailableNumbers({ user, query }) {
      const wanted = {
        country: query.country,
        type: query.type,
        areaCode: query.area_code,
        contains: query.contains,
        region: query.region,
        city: query.city,
        capability: query.capability,
        address: query.address_requirement,
      };
      const found = market.search(wanted, user.id, after('available', query.cursor), query.limit + 1);
      const isEmpty = found.length === 0 && query.cursor === undefined;
      const near = isEmpty ? market.nearest(wanted, user.id, NEAREST) : { numbers: [], gaveUp: [] };
      const page = cut('available', found, query.limit, (each) => each.number);
      const toWire = offered(user.id);
      return {
        ...page,
        data: page.data.map(toWire),
        total: null,
        nearest: near.numbers.map(toWire),
        gave_up: [...near.gaveUp],
      };
    },
    listNumberCountries: () => wire.countries(),
    listNumberHolds: ({ user }) => ({ data: holds.of(user.id).map((hold) => wire.hold(hold)), as_of: asOf() }),
    createNumberHolds: ({ user, body }) => ({
      results: holds
        .hold(body.numbers, user.id)
        .map((outcome) =>
          outcome.kind === 'held'
            ? { number: outcome.number, hold: wire.hold(outcome.hold), problem: null }
            : { number: outcome.number, hold: null, problem: { code: outcome.code, detail: outcome.detail } },
        ),
    }),
    extendNumberHold: ({ user, params }) => wire.hold(holds.extend(params.hold_id, user.id)),
    releaseNumberHold: ({ user, params }) => wire.hold(holds.release(params.hold_id, user.id)),
    getNumberRenewals: () => wire.renewals(),
    listNumberPorts: () => ({ data: wire.ports(), as_of: asOf() }),
    getNumber: ({ user, params }) => owned(numbers.view(user, params.number)),
    updateNumber: ({ user, params, body }) =>
      owned(
        numbers.change(user, params.number, {
          label: body.label,
          userId: body.user_id,
          forwarding: body.forwarding,
          isDefault: body.default_caller_id,
          cnam: body.cnam,
        }),
      ),
    submitNumberPapers: ({ user, params, body }) => owned(numbers.submit(user, params.number, body)),
    releaseNumber({ user, params, body }) {
      if (body.confirm !== params.number) {
        const detail = 'The number typed is not the one that is given up';
        throw new Refusal('out_of_range', { detail, errors: [{ pointer: '/confirm', detail }] });
      }
      return owned(numbers.release(user, params.number, body.acknowledge_dependants));
    },
    withdrawNumberRelease: ({ user, params }) => owned(numbers.withdraw(user, params.number)),
    reclaimNumber: ({ user, params }) => owned(numbers.reclaim(user, params.number)),
  };
}
