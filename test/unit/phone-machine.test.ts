import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CALL_TABLE,
  drawCallTable,
  moveCall,
  moveHold,
  viewHold,
  type CallEffect,
  type CallEvent,
  type CallState,
} from '../../renderer/telephony/call-machine.ts';
import { decideDial, decideIncoming } from '../../renderer/telephony/call-set.ts';

const EVENTS: readonly CallEvent[] = [
  'answer',
  'decline',
  'hang_up',
  'remote_rings',
  'media_early',
  'answered',
  'path_lost',
  'over',
];

test('the diagram in the comment is the table', async () => {
  const source = await readFile('renderer/telephony/call-machine.ts', 'utf8');
  const drawn = source
    .split('\n')
    .filter((line) => /^ \* \w+ +--/.test(line))
    .map((line) => line.slice(3));
  expect(drawn).toEqual(drawCallTable());
});

test('any run of events ends at most once, closes media before the end, and never leaves the end', () => {
  const starts: readonly CallState[] = ['dialling', 'incoming'];
  fc.assert(
    fc.property(
      fc.constantFrom(...starts),
      fc.array(fc.constantFrom(...EVENTS), { maxLength: 30 }),
      (start, events) => {
        let state = start;
        const effects: CallEffect[] = [];
        for (const event of events) {
          const move = moveCall(state, event);
          if (!move) continue;
          expect(state).not.toBe('ended');
          state = move.to;
          effects.push(...move.effects);
        }
        const ends = effects.filter((each) => each === 'note_end').length;
        expect(ends).toBe(state === 'ended' ? 1 : 0);
        const isClosing = state === 'ended' || state === 'ending';
        expect(effects.includes('close_media')).toBe(isClosing);
        expect(effects.filter((each) => each === 'note_answer').length).toBeLessThanOrEqual(1);
        const said = effects.filter((each) => ['send_bye', 'send_cancel', 'send_decline'].includes(each));
        expect(said.length).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('every live state can be hung up and can end', () => {
  for (const state of Object.keys(CALL_TABLE) as CallState[]) {
    if (state === 'ended') continue;
    expect({ state, canHangUp: moveCall(state, 'hang_up') !== null, overTo: moveCall(state, 'over')?.to }).toEqual({
      state,
      canHangUp: true,
      overTo: 'ended',
    });
  }
});

test('hold is said only when the peer took it, and a refusal restores what was', () => {
  expect(moveHold('off', 'hold')).toBe('holding');
  expect(moveHold('holding', 'done')).toBe('on');
  expect(moveHold('holding', 'refused')).toBe('off');
  expect(moveHold('on', 'resume')).toBe('resuming');
  expect(moveHold('resuming', 'refused')).toBe('on');
  expect(moveHold('holding', 'hold')).toBeNull();
  expect(viewHold('on', true)).toBe('both');
  expect(viewHold('off', true)).toBe('remote');
});

test('emergency is decided first: it goes whatever stands in the way', () => {
  const states = Object.keys(CALL_TABLE) as CallState[];
  fc.assert(
    fc.property(
      fc.array(fc.record({ state: fc.constantFrom(...states), isEmergency: fc.boolean() }), { maxLength: 4 }),
      fc.boolean(),
      fc.boolean(),
      (shapes, isConnected, isRegistered) => {
        const calls = shapes.map((shape, index) => ({ id: String(index), ...shape }));
        const decision = decideDial(calls, { isConnected, isRegistered }, true);
        expect(decision.kind).toBe(isConnected ? 'go' : 'queue');
        const plain = decideDial(calls, { isConnected, isRegistered }, false);
        expect(plain.kind === 'refuse' || (isConnected && isRegistered)).toBe(true);
      },
    ),
  );
});

test('one call at a time: a second one is refused going out and told busy coming in', () => {
  const up = [{ id: 'a', state: 'active' as const, isEmergency: false }];
  const line = { isConnected: true, isRegistered: true };
  expect(decideDial(up, line, false)).toEqual({ kind: 'refuse', refusal: 'media_busy' });
  expect(decideIncoming(up)).toBe('busy');
  expect(decideIncoming([{ id: 'a', state: 'ending', isEmergency: false }])).toBe('ring');
});
