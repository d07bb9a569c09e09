import type {
  Admission,
  Books,
  Destination,
  ForwardedTo,
  LegMedia,
  LegRequest,
  SipDevice,
} from '../../main/sandbox/ports.ts';

/** One line of what the books were told. */
export type BookEvent =
  | { readonly kind: 'admit'; readonly legId: string; readonly request: LegRequest }
  | { readonly kind: 'refuse'; readonly request: LegRequest }
  | { readonly kind: 'answered'; readonly legId: string }
  | { readonly kind: 'ended'; readonly legId: string; readonly sipCode: number | null; readonly cause: string };

/** Numbers the fake knows; every other number that starts with + is announced. */
export const NUMBERS = {
  echo: '100',
  busy: '101',
  noAnswer: '102',
  rejected: '103',
  earlyMedia: '104',
  noChannel: '105',
  noCredit: '106',
  callMeBack: '107',
  refusedNoChannel: '108',
  refusedNoCredit: '109',
  emergency: '911',
  alice: '+12025550101',
  bob: '+12025550102',
} as const;

const KINDS: Readonly<Record<string, Destination>> = {
  [NUMBERS.echo]: { kind: 'echo' },
  [NUMBERS.refusedNoChannel]: { kind: 'no_channel' },
  [NUMBERS.refusedNoCredit]: { kind: 'no_credit' },
  [NUMBERS.busy]: { kind: 'busy' },
  [NUMBERS.noAnswer]: { kind: 'no_answer' },
  [NUMBERS.rejected]: { kind: 'rejected' },
  [NUMBERS.earlyMedia]: { kind: 'early_media' },
  [NUMBERS.noChannel]: { kind: 'no_channel' },
  [NUMBERS.noCredit]: { kind: 'no_credit' },
  [NUMBERS.callMeBack]: { kind: 'call_me_back' },
  [NUMBERS.emergency]: { kind: 'emergency' },
  [NUMBERS.alice]: { kind: 'own', userId: 'user-alice' },
  [NUMBERS.bob]: { kind: 'own', userId: 'user-bob' },
};

export function device(name: string, numbers: readonly string[], extra: Partial<SipDevice> = {}): SipDevice {
  return {
    deviceId: `dev-${name}`,
    userId: `user-${name}`,
    user: name,
    password: `secret of ${name}`,
    displayName: name,
    numbers,
    ...extra,
  };
}

/** Books in memory that keep the order of what they were told and complain about a leg told wrong. */
export class FakeBooks implements Books {
  readonly realm = 'sandbox.test';
  readonly events: BookEvent[] = [];
  readonly devices: SipDevice[] = [device('alice', [NUMBERS.alice]), device('bob', [NUMBERS.bob])];
  /** Answers instead of admitting. */
  refuse: ((leg: LegRequest) => Extract<Admission, { kind: 'refused' }> | undefined) | undefined;
  /** Everything a Books must never see; asserted empty by the tests. */
  readonly faults: string[] = [];
  readonly #open = new Map<string, 'admitted' | 'answered'>();
  #next = 1;

  /** Legs admitted and not ended. */
  get openLegs(): number {
    return this.#open.size;
  }

  deviceByUser(sipUser: string): SipDevice | undefined {
    return this.devices.find((row) => row.user === sipUser);
  }

  devicesOfUser(userId: string): readonly SipDevice[] {
    return this.devices.filter((row) => row.userId === userId);
  }

  destination(dialled: string): Destination {
    return KINDS[dialled] ?? (/^\+\d{7,15}$/.test(dialled) ? { kind: 'announcement' } : { kind: 'invalid' });
  }

  /** Where calls to a number go instead. */
  readonly forwarding = new Map<string, ForwardedTo>();
  /** What legs said they carry, newest last. */
  readonly carried: { readonly legId: string; readonly media: LegMedia }[] = [];

  forwardingOf(number: string): ForwardedTo | null {
    return this.forwarding.get(number) ?? null;
  }

  mediaChanged(legId: string, media: LegMedia): void {
    this.carried.push({ legId, media });
  }

  admit(request: LegRequest): Admission {
    const refusal = this.refuse?.(request) ?? this.#special(request.to);
    if (refusal) {
      this.events.push({ kind: 'refuse', request });
      return refusal;
    }
    const legId = `leg-${this.#next}`;
    this.#next += 1;
    this.#open.set(legId, 'admitted');
    this.events.push({ kind: 'admit', legId, request });
    return { kind: 'admitted', legId };
  }

  answered(legId: string, media?: LegMedia): void {
    if (media) this.carried.push({ legId, media });
    if (this.#open.get(legId) !== 'admitted')
      this.faults.push(`answered ${legId} while ${this.#open.get(legId) ?? 'not open'}`);
    this.#open.set(legId, 'answered');
    this.events.push({ kind: 'answered', legId });
  }

  ended(legId: string, how: { readonly sipCode: number | null; readonly cause: string }): ReturnType<Books['ended']> {
    if (!this.#open.delete(legId)) this.faults.push(`ended ${legId} while not open`);
    this.events.push({ kind: 'ended', legId, ...how });
    return { charged: 0 as ReturnType<Books['ended']>['charged'] };
  }

  #special(to: string): Extract<Admission, { kind: 'refused' }> | undefined {
    if (to === NUMBERS.refusedNoChannel) return { kind: 'refused', sipCode: 503, reason: 'All 4 channels are in use' };
    if (to === NUMBERS.refusedNoCredit) return { kind: 'refused', sipCode: 402, reason: 'Not enough credit' };
    return undefined;
  }
}
