/** How long the special numbers take for what they do, in milliseconds. */
export interface AgentTimings {
  /** The echo rings so long before it answers; 0 answers at once. */
  readonly ringMs: number;
  readonly earlyMediaMs: number;
  /** "No answer" rings so long; then 480. */
  readonly noAnswerMs: number;
  /** From the end of "call me back" to the call. */
  readonly callBackAfterMs: number;
  /** How long the call back rings. */
  readonly callBackRingMs: number;
  /** How often an announcement is spoken before the call is ended. */
  readonly announcementTimes: number;
  readonly announcementPauseMs: number;
}

export const DEFAULT_TIMINGS: AgentTimings = {
  ringMs: 1_000,
  earlyMediaMs: 4_000,
  noAnswerMs: 60_000,
  callBackAfterMs: 5_000,
  callBackRingMs: 60_000,
  announcementTimes: 3,
  announcementPauseMs: 1_500,
};
