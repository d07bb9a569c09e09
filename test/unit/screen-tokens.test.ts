import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../../renderer/ui/tokens.css', import.meta.url), 'utf8');

type Scheme = 'light' | 'dark';
type Palette = ReadonlyMap<string, string>;

/** The colours of one block of tokens for one scheme. */
function palette(block: string, scheme: Scheme): Palette {
  const found = block.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return new Map([...found].map(([, name = '', light = '', dark = '']) => [name, scheme === 'light' ? light : dark]));
}

/** WCAG 2.2 relative luminance. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const normalBlock = css.slice(0, css.indexOf("[data-theme='light']"));
const contrastBlock = css.slice(css.indexOf('prefers-contrast: more'));

const SURFACES = ['surface-page', 'surface-pane', 'surface-raised', 'surface-sunken', 'surface-hover', 'surface-press'];
const MEANINGS = ['good', 'attention', 'danger', 'information'];

/** Text with what it stands on: 4.5:1. */
const TEXT_PAIRS: readonly (readonly [string, string])[] = [
  ...SURFACES.flatMap((surface) => [['text', surface] as const, ['text-soft', surface] as const]),
  ...['surface-page', 'surface-pane', 'surface-raised', 'surface-hover'].flatMap((surface) =>
    ['accent', ...MEANINGS].map((name) => [name, surface] as const),
  ),
  ...MEANINGS.flatMap((name) => [[name, `${name}-soft`] as const, ['text', `${name}-soft`] as const]),
  ['accent', 'accent-soft'],
  ['text', 'accent-soft'],
  ['text-soft', 'accent-soft'],
  ['on-accent', 'accent-solid'],
  ['on-accent', 'accent-solid-hover'],
  ['on-danger', 'danger-solid'],
  ['on-danger', 'danger-solid-hover'],
];

/** Borders of controls, icons, focus rings: 3:1. */
const SHAPE_PAIRS: readonly (readonly [string, string])[] = [
  'surface-page',
  'surface-pane',
  'surface-raised',
  'surface-sunken',
].flatMap((surface) => [
  ['line-control', surface],
  ['focus', surface],
]);

function colour(colours: Palette, name: string): string {
  const value = colours.get(name);
  if (value === undefined) throw new Error(`No colour named ${name}`);
  return value;
}

describe.each(['light', 'dark'] as const)('the %s colours', (scheme) => {
  const normal = palette(normalBlock, scheme);
  const strong: Palette = new Map([...normal, ...palette(contrastBlock, scheme)]);

  test.each(TEXT_PAIRS)('text: %s on %s is at least 4.5:1, in high contrast too', (text, surface) => {
    expect(contrast(colour(normal, text), colour(normal, surface))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour(strong, text), colour(strong, surface))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(SHAPE_PAIRS)('shape: %s on %s is at least 3:1, in high contrast too', (shape, surface) => {
    expect(contrast(colour(normal, shape), colour(normal, surface))).toBeGreaterThanOrEqual(3);
    expect(contrast(colour(strong, shape), colour(strong, surface))).toBeGreaterThanOrEqual(3);
  });

  test('plain text in high contrast is at least 7:1', () => {
    for (const surface of ['surface-page', 'surface-pane', 'surface-raised']) {
      expect(contrast(colour(strong, 'text-soft'), colour(strong, surface))).toBeGreaterThanOrEqual(7);
    }
  });
});

test('spacing goes in steps of 4 px and type has five sizes', () => {
  const spaces = [...normalBlock.matchAll(/--space-(\d+): (\d+)px/g)];
  expect(spaces.length).toBeGreaterThan(5);
  for (const [, step, px] of spaces) expect(Number(px)).toBe(Number(step) * 4);
  expect([...normalBlock.matchAll(/--text-(\d+): (\d+)px/g)].map(([, , px]) => px)).toEqual([
    '12',
    '13',
    '15',
    '20',
    '28',
  ]);
});

test('motion is at most 150 ms and none when the system asks for less', () => {
  const [normal, reduced] = [...css.matchAll(/--motion: (\d+)ms/g)].map(([, ms]) => Number(ms));
  expect(normal).toBeLessThanOrEqual(150);
  expect(reduced).toBe(0);
});
