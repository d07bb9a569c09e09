import { timingSafeEqual } from 'node:crypto';

/** True for equal texts. How long it takes tells nothing about where they differ, only about their lengths. */
export function secretEqual(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
