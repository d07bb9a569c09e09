import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLoopbackRedirect } from '../../main/account/loopback-redirect.ts';
import type { RunningSandbox } from '../../main/account/ports.ts';
import { createSandboxLink } from '../../main/account/sandbox-link.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import type { ProviderDriver } from '../../main/provider/driver.ts';
import { fail, ok } from '../../preload/contract/result.ts';
import { manualClock } from '../integration/store-rig.ts';

/** The status line a raw request is answered with. */
function statusOf(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''));
  });
}

describe('the way back from the browser', () => {
  it('turns away a target that is no address, and still takes the right one', async () => {
    const redirect = await openLoopbackRedirect();
    onTestFinished(() => redirect.close());
    const { host, port } = new URL(redirect.redirectUri);
    const returned = redirect.returned('s1');
    expect(await statusOf(Number(port), `GET // HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toContain('404');
    expect((await fetch(`${redirect.redirectUri}?state=other&code=c`)).status).toBe(404);
    expect((await fetch(`${redirect.redirectUri}?state=s1&code=c`)).status).toBe(200);
    expect((await returned).get('code')).toBe('c');
  });
});

/** A sandbox whose process and sign-in are told what to do. */
function setUp() {
  const clock = manualClock();
  const stopped: number[] = [];
  let starts = 0;
  let takesTicket = true;
  const start = async (): Promise<ReturnType<typeof ok<RunningSandbox>>> => {
    const number = ++starts;
    const ended = Promise.withResolvers<void>();
    return ok({
      address: 'http://127.0.0.1:9',
      port: 9,
      tickets: { owner: 't', admin: 't', user: 't' },
      ended: ended.promise,
      async stop() {
        stopped.push(number);
        ended.resolve();
      },
    });
  };
  const refused = fail({ kind: 'timed_out', nextStep: 'retry', detail: 'slow' });
  const link = createSandboxLink({
    start,
    clock,
    log: silentLogger,
    api: {
      start: () => Promise.resolve(refused),
      withTicket: () => Promise.resolve(takesTicket ? ok('secret') : refused),
      connect: () => ok({ id: 'offhook' } as ProviderDriver),
    },
    port: () => null,
    rememberPort: () => undefined,
  });
  return { link, clock, stopped, starts: () => starts, takeTickets: (takes: boolean) => (takesTicket = takes) };
}

describe('the link to the sandbox', () => {
  it('starts a sandbox again that did not take its ticket', async () => {
    const { link, clock, stopped, starts, takeTickets } = setUp();
    const back = Promise.withResolvers<ProviderDriver>();
    takeTickets(false);
    expect(await link.open('voiptime', 'owner', back.resolve)).toMatchObject({ ok: false });
    expect(stopped).toEqual([1]);
    takeTickets(true);
    await Promise.resolve();
    clock.advance(60_000);
    expect(await back.promise).toEqual({ id: 'offhook' });
    expect(starts()).toBe(2);
  });

  it('that was closed starts nothing any more', async () => {
    const { link, clock, starts, takeTickets } = setUp();
    takeTickets(false);
    await link.open('voiptime', 'owner', () => expect.unreachable());
    await link.close();
    clock.advance(60_000);
    expect(starts()).toBe(1);
  });
});
