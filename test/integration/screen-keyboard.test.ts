import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserArgs, findBrowser } from '../support/browser.ts';
import { makeCall, NOW } from '../support/screen-harness/data.ts';
import { serveHarness } from '../support/screen-harness/serve.ts';
import type { Harness } from '../support/screen-harness/serve.ts';
import type { StateName } from '../support/screen-harness/states.ts';

let harness: Harness;
let browser: Browser;

beforeAll(async () => {
  harness = await serveHarness();
  const executablePath = await findBrowser();
  browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: [...browserArgs('')] });
});

afterAll(async () => {
  await browser.close();
  await harness.close();
});

async function open(name: StateName): Promise<Page> {
  const page = await browser.newPage({ reducedMotion: 'reduce' });
  await page.goto(`${harness.url}#${name}`);
  await page.locator(`html[data-shown="${name}"]`).waitFor();
  return page;
}

const sent = (page: Page) => page.evaluate(() => window.harness?.phone.sent ?? []);
const field = (page: Page) => page.getByRole('textbox', { name: 'Phone number' });

test('the dial field has the focus at start; a number is grouped while typed; Enter calls it; Escape clears', async () => {
  const page = await open('phone');
  await page.keyboard.type('2125550147');
  expect(await field(page).inputValue()).toBe('(212) 555-0147');
  await page.getByText('0.0130 USD per minute · about 42 min').waitFor();
  await page.keyboard.press('Enter');
  expect(await sent(page)).toEqual([{ kind: 'dial', target: '+12125550147', ownNumber: '+14155550100' }]);
  await page.keyboard.type('99');
  await page.keyboard.press('Escape');
  expect(await field(page).inputValue()).toBe('');
  await page.close();
});

test('correcting in the middle leaves the text and the caret alone', async () => {
  const page = await open('phone');
  await page.keyboard.type('2125550147');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('9');
  expect(await field(page).inputValue()).toBe('(212) 55590147');
  await page.close();
});

test('a ringing call takes neither the focus nor what is typed; Enter answers only on its button; Alt A answers', async () => {
  const page = await open('phone');
  await page.keyboard.type('212');
  const ringing = makeCall({ direction: 'incoming', state: 'incoming', answeredAt: null, startedAt: NOW });
  await page.evaluate((call) => {
    window.harness?.phone.show({ registration: { state: 'ready' }, calls: [call] });
  }, ringing);
  await page.getByRole('alert').getByText('Incoming call from +1 212 555 0147 to Main').waitFor();
  await page.keyboard.type('5');
  expect(await field(page).inputValue()).toBe('(212) 5');
  await page.keyboard.press('Enter');
  expect(await sent(page)).toEqual([]);
  await page.keyboard.press('Alt+KeyA');
  expect(await sent(page)).toEqual([{ kind: 'answer', callId: 'call-1' }]);
  await page.getByRole('button', { name: 'Decline' }).focus();
  await page.keyboard.press('Enter');
  expect((await sent(page)).at(-1)).toEqual({ kind: 'decline', callId: 'call-1' });
  await page.close();
});

test('with the call keypad open, digits are tones wherever the focus is; closed, they are typed', async () => {
  const page = await open('call-active');
  await field(page).focus();
  await page.keyboard.press('Alt+KeyK');
  await page.keyboard.type('1*#');
  expect(await sent(page)).toEqual(['1', '*', '#'].map((digits) => ({ kind: 'digits', callId: 'call-1', digits })));
  expect(await field(page).inputValue()).toBe('');
  await page.keyboard.press('Escape');
  await page.keyboard.type('1');
  expect(await field(page).inputValue()).toBe('1');
  await page.close();
});

test('mute, hold and hang up have keys, and every pane is one key away', async () => {
  const page = await open('call-active');
  for (const key of ['KeyM', 'KeyH', 'KeyE']) await page.keyboard.press(`Alt+${key}`);
  expect(await sent(page)).toEqual([
    { kind: 'mute', callId: 'call-1', on: true },
    { kind: 'hold', callId: 'call-1', on: true },
    { kind: 'hang_up', callId: 'call-1' },
  ]);
  for (const [key, title] of [
    ['2', 'History'],
    ['3', 'Usage'],
    ['4', 'Settings'],
  ] as const) {
    await page.keyboard.press(`Alt+Digit${key}`);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    // The call is in its place on every screen.
    await page.getByRole('button', { name: 'Hang up' }).waitFor();
  }
  await page.close();
});

test('the arrow keys walk through the history, Enter opens a call, and its number can be called again', async () => {
  const page = await open('history');
  await page.locator('[data-row]').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('complementary', { name: 'Call' }).getByText('+44 20 7946 0018').waitFor();
  await page.getByRole('complementary').getByRole('button', { name: 'Call Harbour Logistics' }).press('Enter');
  expect((await sent(page)).at(-1)).toEqual({ kind: 'dial', target: '+442079460018', ownNumber: '+14155550123' });
  await page.close();
});

test('a plain SIP account: what is missing is said beside its field, the realm is confirmed, then it signs in', async () => {
  const page = await open('sign-in');
  await page.getByRole('radio', { name: 'SIP account' }).press('Space');
  await page.getByRole('button', { name: 'Check' }).press('Enter');
  expect(await page.getByText('Fill this in to go on.').count()).toBe(4);
  await page.getByLabel('Server address').fill('wss://sip.example.com');
  await page.getByLabel('Domain').fill('example.com');
  await page.getByLabel('User name').fill('alice');
  await page.getByLabel('Password').fill(' secret ');
  await page.getByRole('button', { name: 'Check' }).press('Enter');
  await page.getByText('The server calls itself “sip.example.com”').waitFor();
  await page.getByRole('button', { name: 'Yes, sign in' }).press('Enter');
  const asked = await page.evaluate(() => window.harness?.double.callsOf('session.signInSip'));
  expect(asked).toMatchObject([
    { user: 'alice', password: ' secret ', realm: 'sip.example.com', authorizationUser: null },
  ]);
  await page.close();
});

test('an emergency number can be called while nothing else can', async () => {
  const page = await open('phone-refused');
  await field(page).fill('911');
  await page.getByRole('button', { name: 'Call 911 now' }).waitFor();
  await field(page).press('Enter');
  expect(await sent(page)).toMatchObject([{ kind: 'dial', target: '911' }]);
  await page.close();
});

test('a second Enter does not hang up an emergency call that waits for its path', async () => {
  const page = await open('emergency-waiting');
  await page.getByRole('alertdialog').waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press(' ');
  expect(await sent(page)).toEqual([]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await sent(page)).toMatchObject([{ kind: 'hang_up' }]);
  await page.close();
});
