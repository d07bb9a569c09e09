import { Phone } from 'lucide-react';
import { errorLine } from '../../i18n/errors.ts';
import { readNumber } from '../../i18n/phone-numbers.ts';
import { callNextStepText, reasonText } from '../../i18n/reasons.ts';
import { t } from '../../i18n/translate.ts';
import { callNextStep } from '../../state/call-next-step.ts';
import type { AppState, CommandFailure } from '../../state/model.ts';
import { dialBlock, dialCountry, emergencyNumbers } from '../../state/selectors.ts';
import { useApp, useAppShallow } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';

function blockText(state: AppState): string | null {
  const block = dialBlock(state);
  if (block === null) return null;
  if (block !== 'refused') return t(`dial.block.${block}`);
  const why = state.registration.state === 'refused' ? state.registration.reason : null;
  return `${t('dial.block.refused', { why: reasonText(why) })}. ${callNextStepText(callNextStep(why))}`.trim();
}

function failureText(failure: CommandFailure | null): string | null {
  if (!failure) return null;
  return failure.kind === 'refused' ? t(`refusal.${failure.refusal}`) : errorLine(failure.error);
}

/** Calls; where it cannot, it says why. An emergency number is never held up here (F-04). */
export function CallButton() {
  const country = useApp(dialCountry);
  const verbatim = useAppShallow(emergencyNumbers);
  const target = useApp((state) => readNumber(state.dial.text, country, verbatim).target);
  const block = useApp(blockText);
  const failure = useApp((state) => failureText(state.dial.failure));
  const isEmergency = verbatim.includes(target);
  const isBlocked = useApp((state) => dialBlock(state) !== null);
  // With nothing typed there is nothing a call in progress keeps from being dialled.
  const saysBlock = useApp((state) => dialBlock(state) !== 'call_up') || target !== '';
  const reason = failure ?? (isEmergency || !saysBlock ? null : block);
  return (
    <div className="call-button">
      <Button
        type="submit"
        look={isEmergency ? 'danger' : 'primary'}
        icon={Phone}
        isLarge
        isDisabled={!isEmergency && (target === '' || isBlocked)}
        describedBy="dial-reason"
      >
        {isEmergency ? t('dial.callEmergency', { number: target }) : t('dial.call')}
      </Button>
      <p className="call-button__reason" id="dial-reason" role="status">
        {reason}
      </p>
    </div>
  );
}
