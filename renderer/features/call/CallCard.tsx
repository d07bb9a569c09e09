import type { CallView } from '../../../preload/contract/models.ts';
import { t } from '../../i18n/translate.ts';
import { useApp } from '../../state/use-app.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Duration } from '../../ui/Duration.tsx';
import { PhoneNumberText, usePhoneNumbers } from '../../ui/figures.tsx';
import { SandboxTag } from '../shared/SandboxMark.tsx';
import { CallControls } from './CallControls.tsx';
import { CallCost } from './CallCost.tsx';
import { CallKeypad } from './CallKeypad.tsx';
import { CallProblems } from './CallProblems.tsx';
import { partyText, stateWords } from './call-words.ts';

/** A call that is going on: who, since when, what it costs so far, and always the same controls in the same order. */
export function CallCard({ call }: { readonly call: CallView }) {
  usePhoneNumbers();
  const showsKeypad = useApp((state) => state.callKeypadId === call.id);
  return (
    <section className="call" aria-label={t('call.label')} data-keypad={showsKeypad}>
      <div className="call__facts">
        <p className="call__state">
          <span>{stateWords(call)}</span>
          {call.isEmergency && <Badge meaning="danger">{t('call.emergency')}</Badge>}
          <SandboxTag />
        </p>
        <p className="call__party truncate">{partyText(call)}</p>
        {call.remoteName && (
          <p className="call__number soft">
            <PhoneNumberText value={call.remote} />
          </p>
        )}
        <p className="call__figures">
          {call.answeredAt !== null && (
            <span className="call__duration">
              <Duration sinceMs={call.answeredAt} untilMs={call.endedAt} />
            </span>
          )}
          <CallCost call={call} />
        </p>
      </div>
      <CallProblems call={call} />
      {showsKeypad && <CallKeypad call={call} />}
      <CallControls call={call} />
    </section>
  );
}
