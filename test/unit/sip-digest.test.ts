import { describe, expect, test } from 'vitest';
import {
  Authenticator,
  digestResponse,
  ha1,
  NONCE_LIFETIME_MS,
  parseCredentials,
} from '../../main/sandbox/sip/digest.ts';
import { SipHeaders } from '../../main/sandbox/sip/message/headers.ts';
import type { SipRequest } from '../../main/sandbox/sip/message/message.ts';
import { device } from '../support/fake-books.ts';
import { ManualClock } from '../support/manual-clock.ts';

const alice = device('alice', []);
const URI = 'sip:sandbox.test';

function request(header?: string): SipRequest {
  const headers = new SipHeaders(header === undefined ? [] : [['Authorization', header]]);
  return { kind: 'request', method: 'REGISTER', uri: URI, headers, body: '' };
}

function bench(): {
  clock: ManualClock;
  check: (header?: string) => ReturnType<Authenticator['check']>;
  nonce: () => string;
} {
  const clock = new ManualClock();
  const authenticator = new Authenticator({
    realm: 'sandbox.test',
    deviceByUser: (user) => (user === 'alice' ? alice : undefined),
    clock,
  });
  const check = (header?: string): ReturnType<Authenticator['check']> =>
    authenticator.check(request(header), 'authorization');
  const nonce = (): string => {
    const result = check();
    return result.kind === 'challenge' ? (/nonce="([^"]+)"/.exec(result.challenge)?.[1] ?? '') : '';
  };
  return { clock, check, nonce };
}

function credentials(nonce: string, changes: Record<string, string> = {}): string {
  const fields = {
    username: 'alice',
    realm: 'sandbox.test',
    nonce,
    uri: URI,
    qop: 'auth',
    nc: '00000001',
    cnonce: 'c',
    password: alice.password,
    method: 'REGISTER',
    ...changes,
  };
  const response = digestResponse({
    ha1: ha1(fields.username, fields.realm, fields.password),
    method: fields.method,
    uri: fields.uri,
    nonce,
    qop: { value: 'auth', nc: fields.nc, cnonce: fields.cnonce },
  });
  return `Digest username="${fields.username}", realm="${fields.realm}", nonce="${nonce}", uri="${fields.uri}", response="${changes['response'] ?? response}", algorithm=MD5, qop=${fields.qop}, nc=${fields.nc}, cnonce="${fields.cnonce}"`;
}

test('the vector of RFC 2617 section 3.5', () => {
  const secret = ha1('Mufasa', 'testrealm@host.com', 'Circle Of Life');
  expect(secret).toBe('939e7578ed9e3c518a452acee763bce9');
  const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
  const input = { ha1: secret, method: 'GET', uri: '/dir/index.html', nonce };
  expect(digestResponse({ ...input, qop: { value: 'auth', nc: '00000001', cnonce: '0a4f113b' } })).toBe(
    '6629fae49393a05397450978507c4ef1',
  );
  expect(digestResponse(input)).toBe('670fd8c2df070c60b045671b8b24ff02');
});

test('credentials are read with quoted commas, and only when they are Digest', () => {
  expect(parseCredentials('Digest username="a, b", qop=auth,nc=1')).toEqual(
    new Map([
      ['username', 'a, b'],
      ['qop', 'auth'],
      ['nc', '1'],
    ]),
  );
  expect(parseCredentials('Basic abc')).toBeUndefined();
});

describe('the authenticator', () => {
  test('challenges a first request and takes the right answer once', () => {
    const { check, nonce } = bench();
    expect(check()).toMatchObject({
      kind: 'challenge',
      rejected: false,
      challenge: expect.stringMatching(
        /^Digest realm="sandbox.test", nonce="[^"]+", algorithm=MD5, qop="auth"$/,
      ) as string,
    });
    const once = credentials(nonce());
    expect(check(once)).toEqual({ kind: 'ok', device: alice });
    expect(check(once)).toMatchObject({
      kind: 'challenge',
      rejected: false,
      challenge: expect.stringContaining('stale=true') as string,
    });
  });

  test('a counter may jump but not fall', () => {
    const { check, nonce } = bench();
    const one = nonce();
    expect(check(credentials(one, { nc: '00000005' })).kind).toBe('ok');
    expect(check(credentials(one, { nc: '0000000a' })).kind).toBe('ok');
    expect(check(credentials(one, { nc: '00000009' })).kind).toBe('challenge');
  });

  test.each([
    ['a wrong password', { password: 'x' }],
    ['an unknown user', { username: 'bob' }],
    ['the empty user', { username: '', password: '' }],
    ['another method', { method: 'INVITE' }],
    ['another URI', { uri: 'sip:else' }],
    ['another qop', { qop: 'auth-int' }],
    ['no counter', { nc: 'x' }],
    ['a short response', { response: '00' }],
  ])('rejects %s without stale', (_name, changes) => {
    const { check, nonce } = bench();
    const result = check(credentials(nonce(), changes));
    expect(result).toMatchObject({ kind: 'challenge', rejected: true });
    expect(result.kind === 'challenge' && result.challenge).not.toContain('stale');
  });

  test('another realm counts as no credentials', () => {
    const { check, nonce } = bench();
    expect(check(credentials(nonce(), { realm: 'other' }))).toMatchObject({ kind: 'challenge', rejected: false });
  });

  test('a nonce that is old, invented or of another server is stale', () => {
    const { check, nonce, clock } = bench();
    const old = nonce();
    clock.advance(NONCE_LIFETIME_MS);
    expect(check(credentials(old)).kind).toBe('ok');
    const older = nonce();
    clock.advance(NONCE_LIFETIME_MS + 1);
    for (const text of [older, 'invented', bench().nonce()]) {
      expect(check(credentials(text))).toMatchObject({
        kind: 'challenge',
        challenge: expect.stringContaining('stale=true') as string,
      });
    }
  });
});
