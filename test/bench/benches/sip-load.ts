import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { SipClient } from '../../support/sip-client.ts';
import { OFFER } from '../../support/sip-rig.ts';
import { figure, type Bench } from '../bench.ts';
import { rssMb } from '../pss.ts';
import { startBenchSandbox, type BenchSandbox } from '../sandbox-process.ts';

const MAIN_NUMBER = '+14155550100';
const BUSY = '+15005550002';
const CALLS = 200;
const CALLERS = 4;
const DEVICES = 500;
const HELD_MS = 60_000;
/** Half of what the sandbox waits between its own looks. */
const PING_EVERY_MS = 15_000;
const TICKS_A_SECOND = 100;

interface Account {
  readonly user: string;
  readonly password: string;
  readonly realm: string;
}
type Person = 'owner' | 'user';

/** A registered phone on an account the API gave it. */
async function registered(sandbox: BenchSandbox, person: Person): Promise<SipClient> {
  const instance = randomUUID();
  const device = (await sandbox.api(person, 'PUT', `/devices/${instance}`, { name: 'Bench' })) as { sip: Account };
  const { user, password, realm } = device.sip;
  const url = `${sandbox.address.replace('http', 'ws')}/sip`;
  const phone = new SipClient({ url, user, password, realm, instanceId: `<urn:uuid:${instance}>` });
  await phone.connect();
  const answer = await phone.register({ expires: 600 });
  if (answer.status !== 200) throw new Error(`REGISTER was answered ${answer.status}`);
  return phone;
}

/** One call between two people of the account, answered and ended: INVITE to 200, ACK, BYE to 200, through the proxy. */
async function wholeCall(caller: SipClient, callee: SipClient): Promise<void> {
  const ringing = callee.request('INVITE', 10_000);
  const dialog = await caller.invite(MAIN_NUMBER, OFFER);
  const invite = await ringing;
  callee.reply(invite, 200, { toTag: randomUUID().slice(0, 8), body: OFFER });
  caller.ackAnswer(dialog, await caller.response(200, dialog.callId, 10_000));
  const gone = callee.request('BYE', 10_000);
  const cseq = caller.inDialog(dialog, 'BYE');
  callee.reply(await gone, 200, { contact: false });
  await caller.answerTo(dialog, cseq);
}

/** The floor: a call the sandbox itself refuses. */
async function busyCall(caller: SipClient): Promise<void> {
  const dialog = await caller.invite(BUSY, OFFER);
  const refusal = await caller.response(486, dialog.callId, 10_000);
  caller.ackRefusal(dialog, refusal);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** 200 calls between two people's phones, four at a time on lines of their own. */
export const sipCalls: Bench = {
  name: 'sip-calls',
  about: `${CALLS} calls between people of the account, set up and torn down through the sandbox, no media`,
  async run(say) {
    const sandbox = await startBenchSandbox();
    const phones: SipClient[] = [];
    try {
      await sandbox.admin.adjust('1000.00');
      const callee = await registered(sandbox, 'owner');
      const callers = await Promise.all(Array.from({ length: CALLERS }, () => registered(sandbox, 'user')));
      phones.push(callee, ...callers);
      const before = await sandbox.admin.state();
      const [took, busy]: [number[], number[]] = [[], []];
      let lost = 0;
      const startedAt = performance.now();
      for (let index = 0; index < CALLS; index += 1) {
        const caller = callers[index % CALLERS] ?? callee;
        const ms = await timed(() => wholeCall(caller, callee)).catch((cause: unknown) => {
          say(`lost: ${String(cause)}`);
          return null;
        });
        if (ms === null) lost += 1;
        else took.push(ms);
      }
      const seconds = (performance.now() - startedAt) / 1000;
      for (let index = 0; index < CALLS / 4; index += 1) {
        busy.push(await timed(() => busyCall(callers[index % CALLERS] ?? callee)));
      }
      const after = await sandbox.admin.state();
      say(`${((CALLS - lost) / seconds).toFixed(1)} calls/s; ${after.usage_rows - before.usage_rows} rows booked`);
      const none = { words: 'none', of: 'p50', max: 0 } as const;
      return [
        figure('one call, set up and torn down', 'ms', took, {
          baseline: { name: 'a call the sandbox refuses as busy', samples: busy },
        }),
        figure('calls a second, one after the other', 'calls/s', [(CALLS - lost) / seconds]),
        figure('calls lost', '', [lost], { target: none }),
        figure('legs left open', '', [after.live_legs.length], { target: none }),
        figure('books that do not add up', '', [after.invariant.holds ? 0 : 1], { target: none }),
      ];
    } finally {
      for (const phone of phones) phone.crash();
      await sandbox.stop();
    }
  },
};

/** User and system time of a process so far, in seconds (Linux). */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** 500 phones stay registered for a minute; then one call rings them all. */
export const sipDevices: Bench = {
  name: 'sip-devices',
  about: `${DEVICES} registered phones held for a minute, then one call that rings every one`,
  async run(say) {
    const sandbox = await startBenchSandbox();
    const phones: SipClient[] = [];
    try {
      const { pid } = sandbox.process;
      const emptyRss = await rssMb(pid);
      const took: number[] = [];
      for (let index = 0; index < DEVICES; index += 1) {
        const startedAt = performance.now();
        phones.push(await registered(sandbox, 'owner'));
        took.push(performance.now() - startedAt);
      }
      const [rss, cpu] = [[await rssMb(pid)], await cpuSeconds(pid)];
      for (let held = 0; held < HELD_MS; held += PING_EVERY_MS) {
        await delay(PING_EVERY_MS);
        await Promise.all(phones.map((phone) => phone.ping()));
        rss.push(await rssMb(pid));
      }
      const cpuUsed = (await cpuSeconds(pid)) - cpu;
      const caller = await registered(sandbox, 'user');
      phones.push(caller);
      const ringing = phones.slice(0, DEVICES).map((phone) => phone.request('INVITE', 20_000));
      const dialog = await caller.invite(MAIN_NUMBER, OFFER);
      const rung = await Promise.allSettled(ringing);
      const lost = rung.filter((each) => each.status === 'rejected').length;
      for (const [index, each] of rung.entries()) {
        if (each.status === 'fulfilled') phones[index]?.reply(each.value, 480, { toTag: 'bench' });
      }
      const end = await caller.next(
        (message) => message.header('call-id') === dialog.callId && message.status >= 300,
        'the end of the call',
        20_000,
      );
      caller.ackRefusal(dialog, end);
      say(`the call that rang ${DEVICES - lost} phones ended with ${end.status}`);
      return [
        figure('one phone provisioned and registered', 'ms', took),
        figure('phones that did not ring after a minute', '', [lost], {
          target: { words: 'none', of: 'p50', max: 0 },
        }),
        figure('RSS of the sandbox', 'MB', rss, { baseline: { name: 'without phones', samples: [emptyRss] } }),
        figure('CPU of a minute', 's', [cpuUsed]),
      ];
    } finally {
      for (const phone of phones) phone.crash();
      await sandbox.stop();
    }
  },
};
