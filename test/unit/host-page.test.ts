import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contentSecurityPolicy, covers } from '../../main/hosts/content-policy.ts';
import { externalAddress } from '../../main/hosts/external-address.ts';
import { cacheControl, findPageFile, listPageFiles } from '../../main/hosts/page-files.ts';
import { RESUME_CHECK_MS, SLEEP_GAP_MS, watchResume } from '../../main/hosts/resume.ts';
import type { Clock } from '../../main/platform/clock.ts';
import { parseSipAddress } from '../../main/provider/drivers/portal/sip-address.ts';

function pageFolder(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'offhook-page-'));
  mkdirSync(path.join(root, 'page/chunks'), { recursive: true });
  writeFileSync(path.join(root, 'page/index.html'), '<!doctype html>');
  writeFileSync(path.join(root, 'page/app.js'), '');
  writeFileSync(path.join(root, 'page/chunks/phone-ABCD2345.js'), '');
  writeFileSync(path.join(root, 'page/notes.txt'), '');
  writeFileSync(path.join(root, 'secrets.json'), '{}');
  return path.join(root, 'page');
}

test('the policy allows our own files and the origins of the account, and nothing inline', () => {
  const csp = contentSecurityPolicy({ connectOrigins: ['wss://sip.example.com:7443/ws', 'https://api.example.com'] });
  expect(csp.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "worker-src 'self'",
    "connect-src 'self' wss://sip.example.com:7443 https://api.example.com",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
});

test.each([
  'ws://sip.example.com',
  'http://api.example.com',
  '*',
  'data:text/html,x',
  'https://user@api.example.com',
  "https://a.example; script-src 'unsafe-inline'",
  'wss://a.example;sandbox',
])('an origin that must not widen the policy throws: %s', (origin) => {
  expect(() => contentSecurityPolicy({ connectOrigins: [origin] })).toThrow(RangeError);
});

test('plain ws is allowed on this machine, for the sandbox and wherever a SIP address may be typed', () => {
  expect(contentSecurityPolicy({ connectOrigins: ['ws://127.0.0.1:5066'] })).toContain("'self' ws://127.0.0.1:5066;");
  for (const wssUrl of [
    'ws://pbx.localhost:5066/',
    'ws://[::1]:5066/',
    'ws://127.0.0.2/',
    'wss://sip.example.com/ws',
  ]) {
    expect(parseSipAddress({ wssUrl, domain: 'example.com', user: 'ann' })).toMatchObject({ ok: true });
    expect(() => contentSecurityPolicy({ connectOrigins: [new URL(wssUrl).origin] })).not.toThrow();
  }
});

test('a page needs no reload when its policy already reaches all that is wanted', () => {
  const wide = { connectOrigins: ['wss://a.example', 'wss://b.example/ws'] };
  expect(covers(wide, { connectOrigins: ['wss://b.example'] })).toBe(true);
  expect(covers({ connectOrigins: ['wss://b.example'] }, wide)).toBe(false);
});

test('only listed files are found, whatever the path says', () => {
  const files = listPageFiles(pageFolder());
  expect(findPageFile(files, '/')?.type).toBe('text/html; charset=utf-8');
  expect(findPageFile(files, '/chunks/phone-ABCD2345.js')?.type).toBe('text/javascript; charset=utf-8');
  const hostile = [
    '/../secrets.json',
    '/%2e%2e/secrets.json',
    '/..%2fsecrets.json',
    '//etc/passwd',
    '/notes.txt',
    '/%',
    '/chunks',
    '',
  ];
  expect(hostile.filter((each) => findPageFile(files, each))).toEqual([]);
});

test('hashed files are kept for good, the page never, the rest after asking', () => {
  const files = listPageFiles(pageFolder());
  const controls = ['/', '/app.js', '/chunks/phone-ABCD2345.js'].map((name) => {
    const file = findPageFile(files, name);
    return file && cacheControl(file);
  });
  expect(controls).toEqual(['no-store', 'no-cache', 'public, max-age=31536000, immutable']);
});

test('only https, or http on this machine, opens outside', () => {
  expect(externalAddress('https://portal.example.com/pay?x=1')).toBe('https://portal.example.com/pay?x=1');
  expect(externalAddress('http://127.0.0.1:8080/authorize')).toBe('http://127.0.0.1:8080/authorize');
  const hostile = [
    'http://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'tel:+1900',
    'https://u:p@x.example/',
    '--help',
    '',
    'http://127.0.0.1.evil.example/',
  ];
  expect(hostile.filter((each) => externalAddress(each) !== undefined)).toEqual([]);
});

function steppedClock(): Clock & { step(byMs: number): void } {
  let now = 0;
  let next: { at: number; run: () => void } | undefined;
  return {
    now: () => now,
    after(delayMs, run) {
      const mine = { at: now + delayMs, run };
      next = mine;
      return () => {
        if (next === mine) next = undefined;
      };
    },
    step(byMs) {
      now += byMs;
      const due = next;
      if (!due || due.at > now) return;
      next = undefined;
      due.run();
    },
  };
}

test('a jump of the wall clock is a resume, a normal interval is none, and it can be stopped', () => {
  const clock = steppedClock();
  let resumed = 0;
  const stop = watchResume(
    clock,
    () => resumed++,
    () => true,
  );
  clock.step(RESUME_CHECK_MS);
  clock.step(RESUME_CHECK_MS + SLEEP_GAP_MS);
  expect(resumed).toBe(0);
  clock.step(RESUME_CHECK_MS + SLEEP_GAP_MS + 1);
  expect(resumed).toBe(1);
  stop();
  clock.step(10 * SLEEP_GAP_MS);
  expect(resumed).toBe(1);
});

test('the network coming back is a resume, its loss is none', () => {
  const clock = steppedClock();
  let [up, resumed] = [true, 0];
  watchResume(
    clock,
    () => resumed++,
    () => up,
  );
  up = false;
  clock.step(RESUME_CHECK_MS);
  expect(resumed).toBe(0);
  up = true;
  clock.step(RESUME_CHECK_MS);
  expect(resumed).toBe(1);
});
