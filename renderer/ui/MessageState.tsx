import type { LucideIcon } from 'lucide-react';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Meaning } from './meaning.ts';

interface MessageStateProps {
  readonly icon: LucideIcon;
  readonly meaning: Meaning;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

function MessageState({ icon: Icon, meaning, title, children, actions }: MessageStateProps) {
  return (
    <div className={`message-state meaning--${meaning}`}>
      <Icon className="message-state__icon" size={28} strokeWidth={1.5} aria-hidden />
      <p className="message-state__title">{title}</p>
      {children}
      {actions && <div className="message-state__actions">{actions}</div>}
    </div>
  );
}

export interface EmptyStateProps {
  readonly icon: LucideIcon;
  /** What would be here. */
  readonly title: string;
  readonly children?: ReactNode;
  /** The action that fills it. */
  readonly action?: ReactNode;
}

/** Nothing here yet: what would be, and how it comes. */
export function EmptyState({ action, ...rest }: EmptyStateProps) {
  return <MessageState meaning="neutral" actions={action} {...rest} />;
}

export interface ErrorStateProps {
  readonly what: string;
  readonly kept: string;
  readonly next: string;
  /** One technical line, folded away. */
  readonly detail?: string;
  readonly detailLabel: string;
  readonly action?: ReactNode;
}

/** What happened, what was kept, what to do. */
export function ErrorState({ what, kept, next, detail, detailLabel, action }: ErrorStateProps) {
  return (
    <MessageState icon={CircleAlert} meaning="danger" title={what} actions={action}>
      <p>
        {kept} {next}
      </p>
      {detail && (
        <details className="details">
          <summary>{detailLabel}</summary>
          <p className="details__text">{detail}</p>
        </details>
      )}
    </MessageState>
  );
}
