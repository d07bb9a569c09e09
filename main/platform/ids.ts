import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** A random UUID (RFC 9562 version 4) in lower case. */
export function newUuid(): string {
  return randomUUID();
}

/** `bytes` random bytes as base64url text: states, verifiers and other values nobody may guess. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** The first `length` hexadecimal digits of SHA-256 over the parts, which are kept apart by NUL. */
export function shortHash(length: number, ...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, length);
}
