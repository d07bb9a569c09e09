import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** What everybody of a new sandbox has; it is no secret, nothing real is behind it. */
export const FIRST_PASSWORD = 'sandbox';

const KEY_BYTES = 32;

/** Salt and scrypt of a password, as text to keep. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  return `${salt.toString('base64url')}.${scryptSync(password, salt, KEY_BYTES).toString('base64url')}`;
}

/** True when the password is the one that was hashed; null stands for FIRST_PASSWORD. */
export function isPassword(password: string, kept: string | null): boolean {
  if (kept === null) return password === FIRST_PASSWORD;
  const [salt = '', key = ''] = kept.split('.');
  const given = scryptSync(password, Buffer.from(salt, 'base64url'), KEY_BYTES);
  return timingSafeEqual(given, Buffer.from(key, 'base64url'));
}
