import path from 'node:path';
import { expect, test } from 'vitest';
import { claimsOf } from '../check/titles.ts';
import { findFalseClaims, readRequirements, summarise, trace, type Requirement } from '../check/trace.ts';

const claims = (text: string) =>
  claimsOf({ file: 'test/unit/a.test.ts', text }).map(({ id, side }) => `${id} ${side ?? '-'}`);

test('reads ids and sides from the titles of tests that run', () => {
  expect(
    claims(`
      test('[TOP-14 P] at most two', () => {});
      it(\`[VTC-10 P][F-01] \${61} s\`, () => {});
      test.for([1])('[KZ-14 C] %s', () => {});
      test.each([1])('[EXT-03] a price', () => {});
    `),
  ).toStrictEqual(['TOP-14 P', 'VTC-10 P', 'F-01 -', 'KZ-14 C', 'EXT-03 -']);
});

test('a skipped or expected failure, a describe and a mere comment prove nothing', () => {
  expect(
    claims(`
      // [TOP-01 C]
      describe('[TOP-02 C]', () => {});
      test.describe('[TOP-02 C]', () => {});
      test.skip('[TOP-03 C]', () => {});
      test.todo('[TOP-04 C]');
      test.fails('[TOP-05 C]', () => {});
      log('[TOP-06 C]');
    `),
  ).toStrictEqual([]);
});

const requirements: readonly Requirement[] = [
  { id: 'TOP-14', sides: { C: 6, P: 3 } },
  { id: 'VTC-09', sides: { P: 3 } },
];

test('an id is proven when every side is', () => {
  const claim = (id: string, side: 'C' | 'P') => ({ id, side, file: 'a', title: '' });
  expect(summarise(trace(requirements, [claim('TOP-14', 'P')]))).toStrictEqual({
    total: 2,
    proven: 0,
    missing: ['TOP-14', 'VTC-09'],
  });
  const all = [claim('TOP-14', 'P'), claim('TOP-14', 'C'), claim('VTC-09', 'P')];
  expect(summarise(trace(requirements, all))).toStrictEqual({ total: 2, proven: 2, missing: [] });
});

test('a title cannot claim what is not required', () => {
  const lies = findFalseClaims(requirements, [
    { id: 'TOP-99', side: 'P', file: 'a', title: '' },
    { id: 'VTC-09', side: 'C', file: 'b', title: '' },
    { id: 'TOP-14', side: null, file: 'c', title: '' },
    { id: 'F-01', side: null, file: 'd', title: '' },
  ]);
  expect(lies).toStrictEqual([
    'a: [TOP-99 P] is no requirement',
    'b: [VTC-09 C], but this requirement does not bind that side',
    'c: [TOP-14] names no side',
  ]);
});

test('the checked-in list is the 128 of the five systems', async () => {
  const list = await readRequirements(path.resolve(import.meta.dirname, '../..'));
  const ids = list.map((each) => each.id);
  const perSystem = { SIPUS: 42, VTC: 30, SCS: 14, KZ: 21, TOP: 21 };
  const expected = Object.entries(perSystem).flatMap(([system, count]) =>
    Array.from({ length: count }, (_, index) => `${system}-${String(index + 1).padStart(2, '0')}`),
  );
  expect(ids).toStrictEqual(expected);
  expect(list.every((each) => Object.keys(each.sides).length > 0)).toBe(true);
});
