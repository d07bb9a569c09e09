import { assertNever } from '../../../preload/contract/result.ts';
import { lazy, Suspense } from 'react';
import { t } from '../../i18n/translate.ts';
import type { Pane } from '../../state/model.ts';
import { isRinging } from '../../state/selectors.ts';
import { useApp } from '../../state/use-app.ts';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { CallDock } from '../call/CallDock.tsx';
import { EmergencyScreen } from '../call/EmergencyScreen.tsx';
import { RingCard } from '../call/RingCard.tsx';
import { PhonePane } from '../dialer/PhonePane.tsx';
import { HistoryPane } from '../history/HistoryPane.tsx';
import { Announcements } from '../call/Announcements.tsx';
import { Header } from './Header.tsx';
import { Navigation } from './Navigation.tsx';
import { Notices } from './Notices.tsx';
import { SideDetail } from './SideDetail.tsx';
import { useShortcuts } from './shortcuts.ts';

const UsagePane = lazy(async () => ({ default: (await import('../usage/UsagePane.tsx')).UsagePane }));
const SettingsPane = lazy(async () => ({ default: (await import('../settings/SettingsPane.tsx')).SettingsPane }));

function PaneContent({ pane }: { readonly pane: Pane }) {
  switch (pane) {
    case 'phone':
      return <PhonePane />;
    case 'history':
      return <HistoryPane />;
    case 'usage':
      return <UsagePane />;
    case 'settings':
      return <SettingsPane />;
    default:
      return assertNever(pane);
  }
}

/** A pane whose code is being loaded: its title at once, its rows as they will stand. */
function PaneOnItsWay({ pane }: { readonly pane: Pane }) {
  return (
    <>
      <div className="pane-head">
        <h1 className="pane-title">{t(`nav.${pane}`)}</h1>
      </div>
      <SkeletonRows count={8} label={t('app.starting')} />
    </>
  );
}

/** The signed-in window: rail, header, one pane, and the call in its one place. */
export function Shell() {
  const pane = useApp((state) => state.pane);
  const hasCall = useApp((state) => state.calls.some((call) => call.state !== 'ended' && !isRinging(call)));
  useShortcuts();
  return (
    <div className="shell" data-pane={pane} data-call={hasCall}>
      <Navigation />
      <Header />
      <Notices />
      <main className="pane" aria-label={t(`nav.${pane}`)}>
        <Suspense fallback={<PaneOnItsWay pane={pane} />}>
          <PaneContent pane={pane} />
        </Suspense>
      </main>
      <CallDock />
      <SideDetail />
      <RingCard />
      <EmergencyScreen />
      <Announcements />
    </div>
  );
}
