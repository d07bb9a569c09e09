import * as z from 'zod/mini';

/** Why the lease holder did not carry a command out; the screen has a sentence for each. */
export const phoneRefusal = z.enum([
  'not_registered',
  'no_such_call',
  'wrong_state',
  'bad_target',
  'media_busy',
  'dtmf_not_negotiated',
  'no_lease',
]);
export type PhoneRefusal = z.infer<typeof phoneRefusal>;

/** What became of a command; null = done. */
export const commandOutcome = z.object({ refusal: z.nullable(phoneRefusal) });
export type CommandOutcome = z.infer<typeof commandOutcome>;
