import { FlaskConical } from 'lucide-react';
import { t } from '../../i18n/translate.ts';
import { isSandbox } from '../../state/selectors.ts';
import { useApp } from '../../state/use-app.ts';
import { Badge } from '../../ui/Badge.tsx';

/** The fixed mark that no call here is real (design 5), as the header carries it; nothing for a real account. */
export function SandboxMark() {
  const shown = useApp(isSandbox);
  if (!shown) return null;
  return (
    <Badge meaning="information" icon={FlaskConical}>
      {t('sandbox.mark')}
    </Badge>
  );
}

/** The same mark on the dialer and on a call: the header beside it says the sentence, so here one word is seen. */
export function SandboxTag() {
  const shown = useApp(isSandbox);
  if (!shown) return null;
  return (
    <Badge meaning="information" icon={FlaskConical}>
      <span>
        {t('sandbox.tag')}
        <span className="visually-hidden">{t('sandbox.tag.rest')}</span>
      </span>
    </Badge>
  );
}
