import { Phone } from 'lucide-react';
import type { CallView } from '../../../preload/contract/models.ts';
import { callNextStepText, reasonText } from '../../i18n/reasons.ts';
import { durationText, talkedSeconds } from '../../i18n/time-format.ts';
import { t } from '../../i18n/translate.ts';
import { callNextStep } from '../../state/call-next-step.ts';
import { useActions } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { usePhoneNumbers } from '../../ui/figures.tsx';
import { SandboxTag } from '../shared/SandboxMark.tsx';
import { CallCost } from './CallCost.tsx';
import { partyText } from './call-words.ts';

function TechnicalDetails({ call }: { readonly call: CallView }) {
  if (call.sipCode === null) return null;
  const code = call.sipCode;
  return (
    <details className="details">
      <summary>{t('call.ended.details')}</summary>
      <p className="details__text">
        {call.sipReason === null
          ? t('call.ended.code', { code })
          : t('call.ended.codeReason', { code, reason: call.sipReason })}
      </p>
    </details>
  );
}

/** Why a call ended and what to do next, for a while; the code is one click away. */
export function EndedCall({ call }: { readonly call: CallView }) {
  usePhoneNumbers();
  const { redial, closeCall } = useActions();
  const next = callNextStepText(callNextStep(call.reason));
  const talkedSec =
    call.answeredAt !== null && call.endedAt !== null ? talkedSeconds(call.answeredAt, call.endedAt) : null;
  return (
    <section className="call call--ended" aria-label={t('call.state.ended')}>
      <div className="call__facts">
        <p className="call__state">
          <span>{t('call.state.ended')}</span>
          <SandboxTag />
        </p>
        <p className="call__party truncate">{partyText(call)}</p>
        {talkedSec !== null && (
          <p className="call__figures">
            <span>{t('call.ended.duration', { duration: durationText(talkedSec) })}</span>
            <CallCost call={call} />
          </p>
        )}
        <p className="call__why">
          {reasonText(call.reason)}. {next}
        </p>
        <TechnicalDetails call={call} />
      </div>
      <div className="call__after">
        <Button icon={Phone} onPress={() => void redial(call.remote, call.ownNumber)}>
          {t('call.ended.again')}
        </Button>
        <Button look="quiet" onPress={() => closeCall(call.id)}>
          {t('call.ended.close')}
        </Button>
      </div>
    </section>
  );
}
