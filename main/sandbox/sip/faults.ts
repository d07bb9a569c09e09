/** Bad days of the telephone side, asked for by `PUT /sandbox/faults`. */
export interface SipFaults {
  /** Every REGISTER with the right password is answered with this; null = served. */
  readonly registerStatus: number | null;
  /** Challenges name another realm than the account's. */
  readonly wrongRealm: boolean;
  /** Calls the sandbox places carry no SDP: the offer is for the called side to make (RFC 3261 section 13.2.1). */
  readonly delayedOffer: boolean;
  /** Special numbers and announcements answer so much later. */
  readonly answerDelayMs: number;
}

export const NO_SIP_FAULTS: SipFaults = {
  registerStatus: null,
  wrongRealm: false,
  delayedOffer: false,
  answerDelayMs: 0,
};

/** Named in challenges while `wrongRealm` holds (RFC 2606). */
export const WRONG_REALM = 'elsewhere.invalid';
