import type { Micros } from '../../preload/contract/money.ts';

/** How a number the sandbox is asked to reach behaves (design 5). */
export type Destination =
  | { readonly kind: 'echo' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'no_answer' }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'early_media' }
  | { readonly kind: 'no_channel' }
  | { readonly kind: 'no_credit' }
  | { readonly kind: 'call_me_back' }
  | { readonly kind: 'emergency' }
  /** A number of this account: rings its registered devices. */
  | { readonly kind: 'own'; readonly userId: string }
  /** Any other valid number: an announcement says that nothing was called. */
  | { readonly kind: 'announcement' }
  | { readonly kind: 'invalid' };

/** A leg asking to be admitted. `from` and `to` are E.164, or short codes as dialled. */
export interface LegRequest {
  readonly sipCallId: string;
  readonly leg: 'a' | 'b';
  readonly direction: 'outbound' | 'inbound';
  readonly deviceId: string | null;
  readonly from: string;
  readonly to: string;
  readonly emergency: boolean;
  /** Both ends are people of the account (SCS-09). */
  readonly onNet?: boolean;
  /** The leg that carries a call on from the number it forwards: `from` is that number (SIPUS-12). */
  readonly forwarded?: boolean;
  /** What the offer asks for; audio where it does not say. */
  readonly media?: OfferedMedia;
}

/** What an SDP offer asks for; `fax` is T.38 (ITU-T T.38 annex D). */
export type OfferedMedia = 'audio' | 'video' | 'fax';

/** What an answered leg carries, as its SDP says: the codec of its audio in capitals, null where it tells none. */
export interface LegMedia {
  readonly media: 'audio' | 'video';
  readonly codec: string | null;
}

/** Where calls to a number go instead, and when. */
export interface ForwardedTo {
  readonly to: string;
  readonly when: 'always' | 'busy' | 'no_answer';
}

/** ITU-T Q.850: no circuit or channel available. */
export const Q850_NO_CHANNEL = 34;

export type Admission =
  | { readonly kind: 'admitted'; readonly legId: string }
  /** Sent as a SIP final response with a Reason header text (3.9). */
  | {
      readonly kind: 'refused';
      readonly sipCode: 402 | 403 | 486 | 503;
      readonly reason: string;
      /** ITU-T Q.850, where the SIP code alone is vague. */ readonly q850Cause?: number;
    };

export interface SipDevice {
  readonly deviceId: string;
  readonly userId: string;
  readonly user: string;
  readonly password: string;
  readonly displayName: string;
  /** Caller IDs it may use; the first is the default. */
  readonly numbers: readonly string[];
}

/** What the SIP side asks the books. Synchronous: one process, one SQLite file. Emergency is admitted first of all. */
export interface Books {
  readonly realm: string;
  deviceByUser(sipUser: string): SipDevice | undefined;
  devicesOfUser(userId: string): readonly SipDevice[];
  destination(dialled: string): Destination;
  /**
   * The number an emergency call of that person is sent with (SIPUS-18); null = none has a registered address, and it
   * goes out as any other call would.
   */
  emergencyCallerId?(userId: string): string | null;
  /** Null for a number that rings its own person. */
  forwardingOf(number: string): ForwardedTo | null;
  admit(leg: LegRequest): Admission;
  /** The leg was answered: its channel goes on counting, its meter starts. */
  answered(legId: string, media?: LegMedia): void;
  /** An answered leg carries something else from now on. */
  mediaChanged(legId: string, media: LegMedia): void;
  /** The leg ended; rated here, once, integer (F-01). A leg that was never answered costs 0 and gets a row. */
  ended(legId: string, how: { readonly sipCode: number | null; readonly cause: string }): { readonly charged: Micros };
}
