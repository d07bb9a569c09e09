import { useEffect, useRef } from 'react';
import type { ListPhase } from '../../state/model.ts';
import { Button } from '../../ui/Button.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { t } from '../../i18n/translate.ts';
import { ErrorBanner } from './ErrorPane.tsx';

export interface ListEndProps {
  readonly phase: ListPhase;
  readonly hasMore: boolean;
  readonly loadingText: string;
  readonly endText: string;
  readonly onMore: () => void;
}

/** The foot of a paged list: reads on when it comes into view, and says where the list ends. */
export function ListEnd({ phase, hasMore, loadingText, endText, onMore }: ListEndProps) {
  const foot = useRef<HTMLDivElement>(null);
  const wants = hasMore && (phase.kind === 'ready' || phase.kind === 'unread');
  useEffect(() => {
    if (!wants || !foot.current) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onMore();
      },
      { rootMargin: '400px' },
    );
    observer.observe(foot.current);
    return () => observer.disconnect();
  }, [wants, onMore]);

  return (
    <div className="list-end" ref={foot}>
      {phase.kind === 'failed' && <ErrorBanner error={phase.error} onRetry={onMore} />}
      {phase.kind === 'loading' && (
        <p className="soft" role="status">
          <Skeleton width="48px" /> {loadingText}
        </p>
      )}
      {phase.kind === 'ready' && !hasMore && <p className="soft">{endText}</p>}
      {wants && (
        <Button look="quiet" onPress={onMore}>
          {t('action.more')}
        </Button>
      )}
    </div>
  );
}
