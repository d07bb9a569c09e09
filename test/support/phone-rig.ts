import { createHash } from 'node:crypto';
import { deepEqual, equal } from 'node:assert/strict';
import type { CallView, PhoneCredentials } from '../../preload/contract/models.ts';
import { Resources } from '../../renderer/telephony/media/resources.ts';
import type { Phone, PhoneOptions } from '../../renderer/telephony/phone.ts';
import { FakeWorld, type FakePeerConnection } from './fake-webrtc.ts';
import { LoopServer, type SipText } from './loop-socket.ts';
import { ManualTimers } from './manual-timers.ts';
import { turns, until } from './until.ts';

export const REALM = 'example.test';
export const HA1 = createHash('md5').update('alice:example.test:secret').digest('hex');

export const CREDENTIALS: PhoneCredentials = {
  wssUrl: 'wss://sip.example.test:7443/ws',
  domain: 'example.test',
  user: 'alice',
  authorizationUser: 'alice',
  realm: REALM,
  ha1: HA1,
  instanceId: '8f1d9c1e-0b52-4b5e-9d43-0f2b6a1c7e55',
  displayName: 'Alice',
  registerExpiresSec: 600,
  iceServers: [],
  media: 'anchored',
};

export const OPTIONS: PhoneOptions = {
  emergencyNumbers: ['911', '112'],
  media: 'anchored',
  countryCode: 'US',
  microphoneId: null,
  speakerId: null,
  ringerId: null,
  ringerVolume: 80,
};

/** A whole phone over an in-memory socket and a fake browser. `end` asserts that nothing of it is left open. */
export class PhoneRig {
  readonly world = new FakeWorld();
  readonly timers = new ManualTimers();
  readonly resources = new Resources();
  readonly server = new LoopServer(REALM, HA1);
  readonly steps: Array<{ readonly view: CallView; readonly callId: string | null }> = [];
  readonly reports: string[] = [];
  phone!: Phone;

  static async make(
    start: { credentials?: Partial<PhoneCredentials>; options?: Partial<PhoneOptions> } | null = {},
  ): Promise<PhoneRig> {
    const rig = new PhoneRig();
    rig.world.install();
    const { createBrowserPhone } = await import('../../renderer/telephony/jssip/browser-phone.ts');
    let id = 0;
    rig.phone = createBrowserPhone({
      timers: rig.timers,
      resources: rig.resources,
      kit: rig.world.kit(),
      makeContext: () => rig.world.makeContext(),
      openWebSocket: rig.server.connect,
      random: () => 0.5,
      newId: () => `call-${(id += 1)}`,
      report: (what) => rig.reports.push(what),
    });
    rig.phone.onCallStep((view, callId) => rig.steps.push({ view, callId }));
    if (start) rig.start(start);
    return rig;
  }

  /** A phone that is registered and idle. */
  static async ready(
    start: { credentials?: Partial<PhoneCredentials>; options?: Partial<PhoneOptions> } = {},
  ): Promise<PhoneRig> {
    const rig = await PhoneRig.make(start);
    await rig.becomes('ready');
    await turns();
    return rig;
  }

  start(change: { credentials?: Partial<PhoneCredentials>; options?: Partial<PhoneOptions> } = {}): void {
    this.phone.start({ ...CREDENTIALS, ...change.credentials }, { ...OPTIONS, ...change.options });
  }

  async becomes(state: string): Promise<void> {
    await until(
      `registration ${state}, is ${this.phone.snapshot().registration.state}`,
      () => this.phone.snapshot().registration.state === state,
    );
  }

  call(id: string): CallView {
    const call = this.phone.snapshot().calls.find((each) => each.id === id);
    if (!call) throw new Error(`No call ${id}`);
    return call;
  }

  async callBecomes(id: string, state: CallView['state']): Promise<CallView> {
    await until(
      `call ${id} ${state}`,
      () => this.phone.snapshot().calls.find((each) => each.id === id)?.state === state,
    );
    return this.call(id);
  }

  dial(target: string): string {
    const sent = this.phone.send({ kind: 'dial', target, ownNumber: null });
    if (!sent.ok) throw new Error(`Refused: ${sent.refusal}`);
    return sent.callId;
  }

  /** Dials, lets the peer answer, and waits until it talks. */
  async talk(target = '+14155550199'): Promise<{ id: string; invite: SipText; connection: FakePeerConnection }> {
    const before = this.server.all('INVITE').length;
    const id = this.dial(target);
    const invite = await this.server.get('INVITE', before);
    this.server.answer(invite);
    await this.callBecomes(id, 'active');
    await until('media', () => this.call(id).media === 'flowing');
    await turns();
    return { id, invite, connection: this.world.connections.at(-1)! };
  }

  /** Lets an INVITE in, answers it, and waits until it talks. */
  async takeCall(): Promise<{ id: string; invite: SipText; ok: SipText }> {
    const before = this.phone.snapshot().calls.length;
    const invite = this.server.invite();
    await until('ring', () => this.phone.snapshot().calls.length > before);
    const { id } = this.phone.snapshot().calls.at(-1)!;
    this.phone.send({ kind: 'answer', callId: id });
    const ok = await this.server.get('200 INVITE');
    this.ack(invite, ok);
    await this.callBecomes(id, 'active');
    await turns();
    return { id, invite, ok };
  }

  ack(invite: SipText, ok: SipText): void {
    this.server.inDialog('ACK', invite.header('From'), ok.header('To'), invite.header('Call-ID'));
  }

  /** Stops the phone and proves that all is closed. */
  async end(): Promise<void> {
    const stopped = this.phone.stop();
    await turns();
    this.timers.advance(5_000);
    await stopped;
    await turns();
    deepEqual(this.resources.open(), {});
    deepEqual(this.world.open(), { connections: 0, tracks: 0, sinks: 0, contexts: 0, deviceListeners: 0 });
    equal(this.timers.pending(), 0);
    deepEqual(
      this.server.sockets.filter((each) => each.readyState === 1),
      [],
    );
  }
}
