/** One step of a file's schema. Never changed once released; a later step mends it. */
export interface Migration {
  /** The `user_version` after it. Steps go up by 10, so that one can be put in between. */
  readonly version: number;
  /** Runs in one transaction together with the new `user_version`. */
  readonly sql: string;
}
