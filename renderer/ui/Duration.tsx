import { useEffect, useState } from 'react';
import { durationText } from '../i18n/time-format.ts';

const SECOND_MS = 1000;

/** Whole seconds since `sinceMs`, kept true; stops at `untilMs` when that is known. */
export function useSecondsSince(sinceMs: number, untilMs: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (untilMs !== null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      const current = Date.now();
      setNow(current);
      // The next change of the figure, not a second from now: the display never drifts or skips.
      timer = setTimeout(tick, SECOND_MS - ((current - sinceMs) % SECOND_MS));
    };
    tick();
    return () => clearTimeout(timer);
  }, [sinceMs, untilMs]);
  return Math.max(0, Math.floor(((untilMs ?? now) - sinceMs) / SECOND_MS));
}

/** A running or finished length of time. Not announced each second. */
export function Duration({ sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number | null }) {
  const seconds = useSecondsSince(sinceMs, untilMs);
  return <span role="timer">{durationText(seconds)}</span>;
}
