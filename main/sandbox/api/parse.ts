import type * as z from 'zod';
import { Refusal } from './refusal.ts';

/**
 * Parses one part of a request. Faults become RFC 9457 members: a JSON pointer into that part and words, never the value.
 */
export function parsePart<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    pointer: `/${issue.path.map(String).join('/')}`,
    detail: issue.message,
  }));
  throw new Refusal('invalid_request', { errors });
}
