import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderDriver } from '../../main/provider/driver.ts';
import { problemSchema } from '../../main/provider/api/problems.ts';
import type { Rig } from './sandbox-api-rig.ts';
import { errorOf, startRig, unwrap } from './sandbox-api-rig.ts';

let rig: Rig;
let driver: ProviderDriver;
beforeEach(async () => {
  rig = await startRig();
  ({ driver } = await rig.driver('owner'));
});
afterEach(() => rig.stop());

const call = (index: number): void => {
  const admission = rig.books.admit({
    sipCallId: `new-${index}@test`,
    leg: 'a',
    direction: 'outbound',
    deviceId: null,
    from: '+14155550100',
    to: '+12125550123',
    emergency: false,
  });
  if (admission.kind === 'admitted') rig.books.ended(admission.legId, { sipCode: 487, cause: 'test' });
};

describe('paging', () => {
  test('a walk through the pages meets every row once, while rows arrive between any two of them', async () => {
    const before = unwrap(await driver.usagePage(null, 1000)).rows.map((row) => row.id);
    const walked: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; ; page += 1) {
      const answer: Awaited<ReturnType<ProviderDriver['usagePage']>> = await driver.usagePage(cursor, 7);
      const { rows, next } = unwrap(answer);
      walked.push(...rows.map((row) => row.id));
      if (next === null) break;
      cursor = next;
      call(page);
    }
    expect(walked).toEqual(before);
    // What arrived meanwhile stands before all of it.
    const after = unwrap(await driver.usagePage(null, 1000)).rows.map((row) => row.id);
    expect(after.slice(-before.length)).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
  });

  test('rows are newest first, and a full last page has no empty one behind it', async () => {
    const { rows, total } = unwrap(await driver.usagePage(null, 1000));
    expect(rows.map((row) => row.time)).toEqual(rows.map((row) => row.time).sort((left, right) => right - left));
    const exact = unwrap(await driver.usagePage(null, total ?? 0));
    expect(exact.next).toBeNull();
  });

  test('the whole deck comes in pages, once each', async () => {
    const prefixes: string[] = [];
    let cursor: string | null = null;
    do {
      const answer: Awaited<ReturnType<ProviderDriver['ratesPage']>> = await driver.ratesPage(cursor, 250);
      const page = unwrap(answer);
      prefixes.push(...page.rows.map((row) => `${row.direction} ${row.prefix} ${row.effectiveFrom}`));
      cursor = page.next;
      expect(page.total).toBeGreaterThan(600);
    } while (cursor !== null);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    expect(prefixes.length).toBeGreaterThan(600);
  });

  test('text that is no cursor is refused, one of another list too, one of another ledger has expired', async () => {
    const owner = await rig.signIn('owner');
    const read = async (cursor: string) =>
      problemSchema.parse(await (await rig.call(owner, 'GET', `/usage?cursor=${cursor}`)).json());
    expect(await read('rubbish')).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/cursor' }] });
    const rates = unwrap(await driver.ratesPage(null, 10)).next ?? '';
    expect((await read(rates)).code).toBe('invalid_request');
    const foreign = Buffer.from(JSON.stringify(['usage', 'otherledger', 1, 'use_1'])).toString('base64url');
    expect(await read(foreign)).toMatchObject({ status: 410, code: 'cursor_expired' });
    expect(errorOf(await driver.usagePage(foreign, 10)).kind).toBe('not_found');
  });
});

describe('a page that repeats', () => {
  test('is a fault of the provider, never a sync without end', async () => {
    const first = unwrap(await driver.usagePage(null, 10));
    rig.setFaults({ repeatCursor: true });
    expect(errorOf(await driver.usagePage(first.next, 10)).kind).toBe('provider_protocol');
    rig.faults.clear();
    expect(unwrap(await driver.usagePage(first.next, 10)).rows).toHaveLength(10);
  });

  test('asking for the same page again after a failure is no repeat', async () => {
    const first = unwrap(await driver.usagePage(null, 10));
    rig.setFaults({ status: { code: 500, times: 1, path: '/', retryAfterSec: 1 } });
    expect(errorOf(await driver.usagePage(first.next, 10)).kind).toBe('provider_unavailable');
    const second = unwrap(await driver.usagePage(first.next, 10));
    expect(unwrap(await driver.usagePage(second.next, 10)).rows).toHaveLength(10);
    expect(unwrap(await driver.usagePage(first.next, 10)).rows).toEqual(second.rows);
  });
});
