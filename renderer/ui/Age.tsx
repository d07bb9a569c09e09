import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ageText, exactTime, nextAgeChangeMs } from '../i18n/time-format.ts';
import { Hint } from './Hint.tsx';

/** The age of a stamp in words, kept true as time passes. `offsetMs`: the stamp's clock minus this machine's. */
export function useAgeText(atMs: number, offsetMs: number): string {
  const [now, setNow] = useState(() => Date.now() + offsetMs);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      const current = Date.now() + offsetMs;
      setNow(current);
      const wait = nextAgeChangeMs(atMs, current);
      if (wait !== null) timer = setTimeout(tick, wait);
    };
    tick();
    return () => clearTimeout(timer);
  }, [atMs, offsetMs]);
  return ageText(atMs, now);
}

export interface AgeProps {
  readonly atMs: number;
  readonly offsetMs?: number;
}

/** How old something is: relative under an hour, exact on hover and focus. */
export function Age({ atMs, offsetMs = 0 }: AgeProps) {
  const text = useAgeText(atMs, offsetMs);
  return (
    <Hint text={exactTime(atMs - offsetMs)}>
      <Button className="age">
        <time dateTime={new Date(atMs).toISOString()}>{text}</time>
      </Button>
    </Hint>
  );
}
