import { ChartNoAxesColumn, History, Phone, Settings } from 'lucide-react';
import { t } from '../../i18n/translate.ts';
import { unseenMissedCount } from '../../state/selectors.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Rail } from '../../ui/Rail.tsx';
import { keyText, PANE_KEYS } from './shortcuts.ts';

const ICONS = { phone: Phone, history: History, usage: ChartNoAxesColumn, settings: Settings } as const;

/** The panes that exist. */
export function Navigation() {
  const pane = useApp((state) => state.pane);
  const missed = useApp(unseenMissedCount);
  const { show } = useActions();
  const items = PANE_KEYS.map(({ pane: id, code }) => ({
    id,
    label: t(`nav.${id}`),
    icon: ICONS[id],
    shortcut: keyText(code),
    count: id === 'history' && missed > 0 ? { value: missed, words: t('nav.missed', { count: missed }) } : null,
  }));
  return <Rail label={t('nav.label')} items={items} current={pane} onChoose={show} />;
}
