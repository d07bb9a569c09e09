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
  admit(leg: LegRequest): Admission;
  /** The leg was answered: its channel goes on counting, its meter starts. */
  answered(legId: string): void;
  /** The leg ended; rated here, once, integer (F-01). A leg that was never answered costs 0 and gets a row. */
  ended(legId: string, how: { readonly sipCode: number | null; readonly cause: string }): { readonly charged: Micros };
}
