import assert from 'node:assert/strict';
import { startSipServer, type SipServer } from '../../main/sandbox/sip/server.ts';
import { NO_SIP_FAULTS, type SipFaults } from '../../main/sandbox/sip/faults.ts';
import type { AgentTimings } from '../../main/sandbox/sip/agent/timings.ts';
import { FakeBooks } from './fake-books.ts';
import { ManualClock } from './manual-clock.ts';
import { SipClient } from './sip-client.ts';

/** What a browser offers for one audio call; nothing listens at its address. */
export const OFFER = [
  'v=0',
  'o=- 4145730292533252536 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 8 110 126',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=ice-ufrag:7Yra',
  'a=ice-pwd:Y7JZ3Dgdcvy9Bc/NHfOJcfvN',
  'a=ice-options:trickle',
  'a=fingerprint:sha-256 E6:AE:84:9A:D0:1C:63:F8:A0:D4:3F:B0:9A:19:26:FF:93:3C:58:C8:28:24:0B:83:EF:2C:0E:1D:E1:47:98:C0',
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
  '',
].join('\r\n');

/** Shorter than the interval of the server's pings. */
const STEP_MS = 20_000;

export interface SipRig {
  readonly sip: SipServer;
  readonly books: FakeBooks;
  readonly clock: ManualClock;
  /** Bad days in force. */
  readonly faults: { -readonly [K in keyof SipFaults]: SipFaults[K] };
  /** Lines of the log. */
  readonly log: { readonly level: string; readonly event: string; readonly fields: unknown }[];
  /** A connected phone. */
  phone(user: string, options?: { instanceId?: string; password?: string }): Promise<SipClient>;
  /** A connected and registered phone. */
  registered(user: string, options?: { instanceId?: string; q?: number }): Promise<SipClient>;
  /** Lets time pass; connected phones answer the server's pings meanwhile. */
  pass(ms: number): Promise<void>;
  /** Ends everything and asserts that nothing stayed open and the books were told right. */
  close(): Promise<void>;
}

/** A SIP server on a free port, books in memory, and time that stands still. */
export async function sipRig(timings: Partial<AgentTimings> = {}): Promise<SipRig> {
  const [books, clock, phones] = [new FakeBooks(), new ManualClock(), [] as SipClient[]];
  const faults = { ...NO_SIP_FAULTS };
  const log: { level: string; event: string; fields: unknown }[] = [];
  const sip = await startSipServer({
    listen: { host: '127.0.0.1', port: 0 },
    books,
    clock,
    announcementsDir: new URL('../../assets/announcements/', import.meta.url),
    log: (level, event, fields) => log.push({ level, event, fields }),
    timings: { ringMs: 0, ...timings },
    faults: () => faults,
  });
  const phone: SipRig['phone'] = async (user, options = {}) => {
    const client = new SipClient({ url: sip.url, user, realm: books.realm, ...options });
    phones.push(client);
    await client.connect();
    return client;
  };
  return {
    sip,
    books,
    clock,
    faults,
    log,
    phone,
    registered: async (user, options = {}) => {
      const client = await phone(user, options.instanceId === undefined ? {} : { instanceId: options.instanceId });
      const answer = await client.register(options.q === undefined ? {} : { q: options.q });
      assert.equal(answer.status, 200);
      return client;
    },
    pass: async (ms) => {
      for (let left = ms; left > 0; left -= STEP_MS) {
        clock.advance(Math.min(left, STEP_MS));
        await Promise.all(phones.map((client) => client.ping()));
      }
    },
    close: async () => {
      await sip.close();
      for (const client of phones) client.crash();
      assert.deepEqual(sip.openResources(), { sockets: 0, timers: 0, transactions: 0, agentCalls: 0 });
      assert.equal(clock.pending, 0, 'timers left in the clock');
      assert.equal(books.openLegs, 0, 'legs never ended');
      assert.deepEqual(books.faults, []);
      assert.deepEqual(
        log.filter((line) => line.level === 'error'),
        [],
      );
    },
  };
}
