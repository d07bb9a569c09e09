import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startSipServer } from '../../main/sandbox/sip/server.ts';
import { FakeBooks } from '../support/fake-books.ts';
import { SipClient } from '../support/sip-client.ts';
import { sipRig, type SipRig } from '../support/sip-rig.ts';
import { until } from '../support/until.ts';

let rig: SipRig;

beforeEach(async () => {
  rig = await sipRig();
  return () => rig.close();
});

describe('the registrar', () => {
  test('challenges with MD5 and qop=auth, then binds the contact to its socket', async () => {
    const alice = await rig.phone('alice');
    const answer = await alice.register();
    expect(answer.status).toBe(200);
    expect(answer.header('contact')).toContain(`<${alice.contact}>`);
    expect(answer.header('contact')).toContain('expires=600');
    expect(answer.header('contact')).toContain(`+sip.instance="${alice.instanceId}"`);
    expect(answer.header('require')).toBe('outbound');
    expect(rig.sip.registrations()).toMatchObject([{ deviceId: 'dev-alice', instanceId: alice.instanceId }]);
  });

  test('a wrong password and an unknown user are challenged again, never told apart', async () => {
    const alice = await rig.phone('alice');
    const wrong = await alice.register({ password: 'wrong' });
    const mallory = await rig.phone('mallory');
    const unknown = await mallory.register();
    for (const answer of [wrong, unknown]) {
      expect(answer.status).toBe(401);
      expect(answer.header('www-authenticate')).not.toContain('stale');
    }
    expect(rig.sip.registrations()).toEqual([]);
  });

  test('another address of record than the own one is refused', async () => {
    const alice = await rig.phone('alice');
    const uri = `sip:${rig.books.realm}`;
    const headers = {
      From: `<${alice.aor}>;tag=a`,
      To: `<sip:bob@${rig.books.realm}>`,
      'Call-ID': 'c1',
      Contact: `<${alice.contact}>`,
    };
    alice.send({ method: 'REGISTER', uri, headers: { ...headers, CSeq: '1 REGISTER' } });
    const challenge = await alice.response(401);
    const Authorization = alice.authorize(challenge.header('www-authenticate'), 'REGISTER', uri);
    alice.send({ method: 'REGISTER', uri, headers: { ...headers, CSeq: '2 REGISTER', Authorization } });
    expect((await alice.response(403)).status).toBe(403);
    expect(rig.sip.registrations()).toEqual([]);
  });

  test('an old nonce and a repeated counter are answered stale=true', async () => {
    const alice = await rig.phone('alice');
    const uri = `sip:${rig.books.realm}`;
    const send = (cseq: number, Authorization?: string): void =>
      alice.send({
        method: 'REGISTER',
        uri,
        headers: {
          From: `<${alice.aor}>;tag=a`,
          To: `<${alice.aor}>`,
          'Call-ID': 'c2',
          CSeq: `${cseq} REGISTER`,
          Contact: `<${alice.contact}>`,
          ...(Authorization === undefined ? {} : { Authorization }),
        },
      });
    send(1);
    const challenge = (await alice.response(401)).header('www-authenticate');
    const credentials = alice.authorize(challenge, 'REGISTER', uri);
    send(2, credentials);
    await alice.response(200);
    send(3, credentials);
    expect((await alice.response(401)).header('www-authenticate')).toContain('stale=true');
    send(4, alice.authorize(challenge, 'REGISTER', uri, { nc: '00000002' }));
    await alice.response(200);
    await rig.pass(5 * 60_000 + 1);
    send(5, alice.authorize(challenge, 'REGISTER', uri, { nc: '00000003' }));
    expect((await alice.response(401)).header('www-authenticate')).toContain('stale=true');
  });

  test('the same instance replaces its binding, another instance stands beside it', async () => {
    await rig.registered('alice', { instanceId: '<urn:uuid:one>' });
    const again = await rig.registered('alice', { instanceId: '<urn:uuid:one>' });
    await rig.registered('alice', { instanceId: '<urn:uuid:two>' });
    expect(rig.sip.registrations().map((row) => row.instanceId)).toEqual(['<urn:uuid:one>', '<urn:uuid:two>']);
    again.crash();
    await until('the binding of the dead socket is gone', () => rig.sip.registrations().length === 1);
    expect(rig.sip.registrations()[0]?.instanceId).toBe('<urn:uuid:two>');
  });

  test('too short is 423 with Min-Expires; expiry, expires=0 and the star remove', async () => {
    const alice = await rig.phone('alice');
    const brief = await alice.register({ expires: 10 });
    expect([brief.status, brief.header('min-expires')]).toEqual([423, '60']);
    await alice.register({ expires: 60 });
    expect(rig.sip.registrations()).toHaveLength(1);
    await rig.pass(60_001);
    expect(rig.sip.registrations()).toHaveLength(0);
    await alice.register();
    expect((await alice.register({ expires: 0 })).status).toBe(200);
    expect(rig.sip.registrations()).toHaveLength(0);
    await alice.register();
    // JsSIP writes its contact parameters behind the star.
    expect((await alice.register({ expires: 0, contact: '*;+sip.ice;reg-id=1' })).status).toBe(200);
    expect(rig.sip.registrations()).toHaveLength(0);
  });

  test('a star without Expires: 0 and a broken contact are 400', async () => {
    const alice = await rig.phone('alice');
    expect((await alice.register({ contact: '*' })).status).toBe(400);
    expect((await alice.register({ contact: 'nonsense' })).status).toBe(400);
  });
});

describe('the transport', () => {
  test('answers a CRLF ping with CRLF', async () => {
    const alice = await rig.phone('alice');
    alice.sendRaw('\r\n\r\n');
    await until('the pong', () => alice.pongs.length > 0);
    expect(alice.pongs).toEqual(['\r\n']);
  });

  test('refuses a socket without the sub-protocol sip', async () => {
    const socket = new WebSocket(rig.sip.url, 'mqtt');
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => undefined);
    });
    expect(status).toBe(400);
  });

  test('answers what it can of a broken message, drops the rest, and goes on', async () => {
    const alice = await rig.phone('alice');
    alice.sendRaw('utter nonsense');
    alice.sendRaw('INVITE sip:100@x SIP/2.0\r\n\r\n');
    alice.sendRaw(
      'OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bKq\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@b>\r\nCall-ID: q\r\nCSeq: 1 OPTIONS\r\nContent-Length: 5\r\n\r\n',
    );
    await alice.response(400);
    expect((await alice.register()).status).toBe(200);
  });

  test('OPTIONS to the server is 200, other requests outside a dialog are refused by their kind', async () => {
    const alice = await rig.phone('alice');
    const headers = (method: string): Record<string, string> => ({
      From: `<${alice.aor}>;tag=a`,
      To: `<sip:${rig.books.realm}>`,
      'Call-ID': method,
      CSeq: `1 ${method}`,
    });
    alice.send({ method: 'OPTIONS', uri: `sip:${rig.books.realm}`, headers: headers('OPTIONS') });
    expect((await alice.response(200)).header('allow')).toContain('INVITE');
    alice.send({ method: 'SUBSCRIBE', uri: alice.aor, headers: headers('SUBSCRIBE') });
    await alice.response(405);
    alice.send({ method: 'BYE', uri: alice.aor, headers: headers('BYE') });
    await alice.response(481);
    alice.send({ method: 'CANCEL', uri: alice.aor, headers: { ...headers('CANCEL'), 'Call-ID': 'other' } });
    await alice.response(481, 'other');
    alice.send({
      method: 'OPTIONS',
      uri: `sip:${rig.books.realm}`,
      headers: { ...headers('OPTIONS'), 'Call-ID': 'hops', 'Max-Forwards': '0' },
    });
    await alice.response(483, 'hops');
    alice.send({
      method: 'OPTIONS',
      uri: `sip:${rig.books.realm}`,
      headers: { ...headers('OPTIONS'), 'Call-ID': 'ext', 'Proxy-Require': 'foo' },
    });
    expect((await alice.response(420, 'ext')).header('unsupported')).toBe('foo');
  });

  test('a peer that stops answering pings is cut off and loses its binding', async () => {
    const alice = await rig.registered('alice');
    expect(rig.sip.openResources().sockets).toBe(1);
    rig.clock.advance(30_000);
    rig.clock.advance(30_000);
    await until('the silent socket is gone', () => rig.sip.registrations().length === 0);
    await alice.close();
  });

  test('shares an HTTP server and leaves its other paths alone', async () => {
    const http = createServer((_request, response) => response.end('page'));
    await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    const books = new FakeBooks();
    const sip = await startSipServer({
      listen: { server: http, path: '/sip' },
      books,
      announcementsDir: new URL('../../assets/announcements/', import.meta.url),
      log: () => undefined,
    });
    expect(sip.url).toBe(`ws://127.0.0.1:${port}/sip`);
    const alice = new SipClient({ url: sip.url, user: 'alice', realm: books.realm });
    await alice.connect();
    expect((await alice.register()).status).toBe(200);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('page');
    await sip.close();
    await sip.close();
    expect(http.listening).toBe(true);
    expect(http.listenerCount('upgrade')).toBe(0);
    await new Promise((resolve) => void http.close(resolve));
  });
});

test('no log line holds a password, a digest or a full number', async () => {
  const alice = await rig.registered('alice');
  const dialog = await alice.invite('+442079460123', 'no sdp');
  await alice.response(488, dialog.callId);
  const text = JSON.stringify(rig.log);
  for (const secret of ['secret of', 'Digest', 'nonce', '442079460123', '+12025550101'])
    expect(text).not.toContain(secret);
});
