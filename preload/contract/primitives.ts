import * as z from 'zod/mini';

/** UTC milliseconds since 1970. */
export const utcMs = z.int().check(z.minimum(0));

/** Words of a provider or a person: a name, a label, an id. */
export const shortText = z.string().check(z.maxLength(256));
