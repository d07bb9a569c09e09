import type { Page } from '@playwright/test';
import { createSocket } from 'node:dgram';
import path from 'node:path';
import { pageScript } from '../../support/page/bundle.ts';
import type { Marks, Probe } from '../../support/page/probe.ts';
import type { RawPhone } from '../../support/page/raw-phone.ts';
import { servePage } from '../../support/page/server.ts';
import { screens } from '../../support/screens/verbs.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { figure, type Bench } from '../bench.ts';
import { createRig, openProbed } from '../rig.ts';
import { sandboxAccount } from '../sandbox-account.ts';

declare const benchProbe: Probe;
declare const rawPhone: RawPhone;

/** Sends audio before it answers, at once: what is measured is the phone, not somebody's ringing. */
const EARLY_MEDIA = '+15005550005';
const CALLS = 20;
const STOCK_CALLS = 10;
/** Stock JsSIP waits 40 s for each of these. */
const STOCK_CALLS_SILENT_STUN = 2;
const CALL_LIMIT_MS = 60_000;

export interface Sample {
  readonly inviteMs: number;
  readonly audioMs: number;
}

/** A UDP port that takes STUN requests and never answers one. */
async function silentStun(): Promise<{ url: string; stop(): void }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { url: `stun:127.0.0.1:${socket.address().port}`, stop: () => socket.close() };
}

const readMarks = (page: Page): Promise<Marks> => page.evaluate(() => benchProbe.marks());

/** One call of the app to the early media number, from the dial field to its end. */
export async function appCall(page: Page): Promise<Sample> {
  const ui = screens(page);
  await page.evaluate(() => benchProbe.reset());
  await ui.dialer.call(EARLY_MEDIA);
  await waitUntil('audio', async () => (await readMarks(page)).firstAudioAt, CALL_LIMIT_MS);
  const { inputAt, inviteSentAt, firstAudioAt } = await readMarks(page);
  await ui.call.hangUp();
  await ui.call.at.close.click();
  const since = inputAt ?? NaN;
  return { inviteMs: (inviteSentAt ?? NaN) - since, audioMs: (firstAudioAt ?? NaN) - since };
}

async function stockCall(page: Page, domain: string): Promise<Sample> {
  await page.evaluate(() => benchProbe.reset());
  await page.evaluate((target) => rawPhone.dial(target), `sip:${EARLY_MEDIA}@${domain}`);
  await waitUntil('audio', async () => (await readMarks(page)).firstAudioAt, CALL_LIMIT_MS);
  const { inviteSentAt, firstAudioAt } = await readMarks(page);
  const dialAt = (await page.evaluate(() => rawPhone.call()?.dialAt)) ?? NaN;
  await page.evaluate(() => rawPhone.hangUp());
  return { inviteMs: (inviteSentAt ?? NaN) - dialAt, audioMs: (firstAudioAt ?? NaN) - dialAt };
}

async function repeat(count: number, call: () => Promise<Sample>): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let index = 0; index < count; index += 1) samples.push(await call());
  return samples;
}

const invites = (samples: readonly Sample[]): number[] => samples.map((each) => each.inviteMs);
const audios = (samples: readonly Sample[]): number[] => samples.map((each) => each.audioMs);

/** B1 and B2: from the key press to the INVITE on the socket and to the first audio packet, stock JsSIP beside it. */
export const dial: Bench = {
  name: 'dial',
  about: 'key press to INVITE (B1) and to first audio (B2), stock JsSIP beside, with and without a silent STUN server',
  async run() {
    const rig = await createRig();
    const stun = await silentStun();
    try {
      const app = await rig.startApp('data');
      const page = await openProbed(await rig.openBrowser('app'), app.address);
      await screens(page).shell.expectRegistration('Ready');
      const [first, ...plain] = await repeat(CALLS + 1, () => appCall(page));
      await page.evaluate((url) => benchProbe.useStun(url), stun.url);
      const withStun = await repeat(CALLS, () => appCall(page));

      const registrar = await page.evaluate(() => benchProbe.registrar());
      if (!registrar || !first) throw new Error('The app did not register');
      const server = await servePage(await pageScript('raw-phone'));
      const stock = await openProbed(await rig.openBrowser('stock'), server.url);
      const account = await sandboxAccount(path.join(rig.folder, 'data'), registrar.wsUrl, registrar.domain);
      await stock.evaluate((each) => rawPhone.register(each), account);
      const stockPlain = await repeat(STOCK_CALLS + 1, () => stockCall(stock, registrar.domain));
      await stock.evaluate((url) => benchProbe.useStun(url), stun.url);
      const stockStun = await repeat(STOCK_CALLS_SILENT_STUN, () => stockCall(stock, registrar.domain));
      await server.stop();

      const beside = (samples: readonly number[]) => ({ baseline: { name: 'stock JsSIP', samples } });
      const at10 = { words: 'at most 10 ms p95', of: 'p95', max: 10 } as const;
      const at100 = { words: 'at most 100 ms p95', of: 'p95', max: 100 } as const;
      return [
        figure("page's first call, to INVITE", 'ms', [first.inviteMs], beside(invites(stockPlain.slice(0, 1)))),
        figure('B1 to INVITE', 'ms', invites(plain), { ...beside(invites(stockPlain.slice(1))), target: at10 }),
        figure('B1 to INVITE, silent STUN', 'ms', invites(withStun), { ...beside(invites(stockStun)), target: at10 }),
        figure('B2 to first audio', 'ms', audios(plain), { ...beside(audios(stockPlain.slice(1))), target: at100 }),
        figure('B2 to first audio, silent STUN', 'ms', audios(withStun), {
          ...beside(audios(stockStun)),
          target: at100,
        }),
      ];
    } finally {
      stun.stop();
      await rig.stop();
    }
  },
};
