import { Phone, PhoneOff } from 'lucide-react';
import type { CallView } from '../../../preload/contract/models.ts';
import { t } from '../../i18n/translate.ts';
import { isRinging } from '../../state/selectors.ts';
import { useActions, useApp, useAppShallow } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { PhoneNumberText, usePhoneNumbers } from '../../ui/figures.tsx';
import { CALL_KEYS, keyText } from '../app/shortcuts.ts';
import { SandboxTag } from '../shared/SandboxMark.tsx';
import { AnswerPrice } from './CallCost.tsx';
import { calledWords, partyText } from './call-words.ts';

function Ringing({ call }: { readonly call: CallView }) {
  usePhoneNumbers();
  const numbers = useApp((state) => state.numbers);
  const { answer, decline } = useActions();
  const isAnswering = call.state === 'answering';
  return (
    <section className="ring-card" aria-label={t('ring.label')}>
      <p className="call__state">
        <span>{t(`call.state.${call.state}`)}</span>
        <SandboxTag />
      </p>
      <div>
        <p className="call__party truncate">{partyText(call)}</p>
        {call.remoteName && (
          <p className="soft">
            <PhoneNumberText value={call.remote} />
          </p>
        )}
        {call.ownNumber !== null && <p>{calledWords(call.ownNumber, numbers)}</p>}
        <AnswerPrice call={call} />
      </div>
      <div className="ring-card__actions">
        <Button look="danger" icon={PhoneOff} isLarge isDisabled={isAnswering} onPress={() => void decline(call.id)}>
          {t('ring.decline')} <kbd className="kbd">{keyText(CALL_KEYS.decline)}</kbd>
        </Button>
        <Button look="primary" icon={Phone} isLarge isDisabled={isAnswering} onPress={() => void answer(call.id)}>
          {t('ring.answer')} <kbd className="kbd">{keyText(CALL_KEYS.answer)}</kbd>
        </Button>
      </div>
    </section>
  );
}

/**
 * A call that rings, above every pane. It never takes the focus: what is being typed goes on, and Enter answers only
 * once the person has moved to the button.
 */
export function RingCard() {
  const ringing = useAppShallow((state) => state.calls.filter(isRinging));
  if (ringing.length === 0) return null;
  return (
    <div className="ring-cards">
      {ringing.map((call) => (
        <Ringing key={call.id} call={call} />
      ))}
    </div>
  );
}
