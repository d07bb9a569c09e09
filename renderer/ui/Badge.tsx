import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Meaning } from './meaning.ts';
import { MEANING_ICON } from './meaning.ts';

export interface BadgeProps {
  readonly meaning: Meaning;
  readonly children: ReactNode;
  readonly icon?: LucideIcon;
}

/** A word with a meaning: "Missed", "Sandbox: no real calls". */
export function Badge({ meaning, children, icon }: BadgeProps) {
  const Icon = icon ?? MEANING_ICON[meaning];
  return (
    <span className={`badge meaning--${meaning}`}>
      <Icon size={12} aria-hidden />
      {children}
    </span>
  );
}

export interface StatusDotProps {
  readonly meaning: Meaning;
  /** Shape says the same as colour: full = works, half = on the way, empty = not. */
  readonly fill: 'full' | 'half' | 'empty';
  readonly children: ReactNode;
}

const FILL_CLASS = { full: 'status__dot--filled', half: 'status__dot--half', empty: '' };

/** A dot that never stands without its words. */
export function StatusDot({ meaning, fill, children }: StatusDotProps) {
  return (
    <span className={`status meaning--${meaning}`}>
      <span className={`status__dot ${FILL_CLASS[fill]}`} aria-hidden />
      {children}
    </span>
  );
}
