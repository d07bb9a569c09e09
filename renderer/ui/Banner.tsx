import type { ReactNode } from 'react';
import type { Meaning } from './meaning.ts';
import { MEANING_ICON } from './meaning.ts';

export interface BannerProps {
  readonly meaning: Exclude<Meaning, 'neutral'>;
  readonly title: string;
  readonly children?: ReactNode;
  /** A button: what to do next. */
  readonly action?: ReactNode;
}

/** Something the person must know here: what it is, what it means, what to do. */
export function Banner({ meaning, title, children, action }: BannerProps) {
  const Icon = MEANING_ICON[meaning];
  return (
    <div className={`banner meaning--${meaning}`}>
      <Icon className="banner__icon" size={16} aria-hidden />
      <div className="banner__text">
        <p className="banner__title">{title}</p>
        {children}
      </div>
      {action && <div className="banner__action">{action}</div>}
    </div>
  );
}
