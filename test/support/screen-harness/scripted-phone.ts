import type { PhoneCommand, PhoneMirror } from '../../../preload/contract/models.ts';
import type { Phone } from '../../../renderer/telephony/phone.ts';

/** A phone that shows what it is told to and remembers what it was sent. For screens: it makes no call. */
export interface ScriptedPhone extends Phone {
  readonly sent: readonly PhoneCommand[];
  show(mirror: PhoneMirror): void;
  step: (call: PhoneMirror['calls'][number], sipCallId: string | null) => void;
  answerWith(answer: ReturnType<Phone['send']>): void;
  readonly started: number;
  readonly stopped: number;
  readonly hinted: number;
}

/** Makes one that begins with `first`. */
export function createScriptedPhone(first: PhoneMirror): ScriptedPhone {
  let mirror = first;
  let answer: ReturnType<Phone['send']> = { ok: true, callId: 'call-1' };
  const listeners = new Set<(state: PhoneMirror) => void>();
  const steps = new Set<Parameters<Phone['onCallStep']>[0]>();
  const sent: PhoneCommand[] = [];
  const count = { started: 0, stopped: 0, hinted: 0 };
  const show = (next: PhoneMirror) => {
    mirror = next;
    for (const listener of listeners) listener(mirror);
  };
  return {
    sent,
    show,
    step: (call, sipCallId) => {
      for (const step of steps) step(call, sipCallId);
    },
    answerWith: (next) => {
      answer = next;
    },
    get started() {
      return count.started;
    },
    get stopped() {
      return count.stopped;
    },
    get hinted() {
      return count.hinted;
    },
    start() {
      count.started += 1;
      show(mirror);
    },
    setOptions() {},
    send(command) {
      sent.push(command);
      return answer;
    },
    snapshot: () => mirror,
    timings: () => [],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onCallStep(listener) {
      steps.add(listener);
      return () => steps.delete(listener);
    },
    networkChanged() {
      count.hinted += 1;
    },
    stop() {
      count.stopped += 1;
      return Promise.resolve();
    },
  };
}

/** Credentials of nobody, for a lease that is ours. */
export const CREDENTIALS = {
  wssUrl: 'ws://127.0.0.1:9',
  domain: 'sip.example.com',
  user: 'u1',
  authorizationUser: 'u1',
  realm: 'sip.example.com',
  ha1: '0'.repeat(32),
  instanceId: '00000000-0000-4000-8000-000000000000',
  displayName: 'Olivia Owner',
  registerExpiresSec: 300,
  iceServers: [],
  media: 'anchored',
} as const;
