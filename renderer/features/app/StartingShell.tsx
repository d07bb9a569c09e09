import { t } from '../../i18n/translate.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';

/** The real layout before the first state is here. Words appear if it takes longer than a second (shell.css). */
export function StartingShell() {
  return (
    <div className="shell shell--starting" aria-busy="true">
      <div className="rail" />
      <div className="header">
        <Skeleton width="180px" height="14px" />
        <Skeleton width="110px" height="14px" />
      </div>
      <main className="pane" aria-label={t('app.main')}>
        <h1 className="visually-hidden">{t('app.name')}</h1>
        <p className="starting-words" role="status">
          {t('app.starting')}
        </p>
      </main>
    </div>
  );
}
