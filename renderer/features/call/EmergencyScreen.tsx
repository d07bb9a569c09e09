import { Siren } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { t } from '../../i18n/translate.ts';
import type { CallView } from '../../../preload/contract/models.ts';
import type { AppState } from '../../state/model.ts';
import { isFailedEmergency, isSandbox } from '../../state/selectors.ts';
import { useActions, useAppShallow } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';

interface Trouble {
  readonly number: string;
  /** What stands between the call and help. */
  readonly why: 'sandbox' | 'failed' | 'waiting';
  /** The call that is still up in the sandbox, or that ended unanswered; null = none was made. */
  readonly callId: string | null;
  readonly isLive: boolean;
}

/** Why an emergency call cannot help as it stands; null = it can, or it was given up by the person. */
function troubleOf(call: CallView, sandbox: boolean): Trouble['why'] | null {
  if (call.state !== 'ended' && call.reason === 'emergency_no_path') return 'waiting';
  if (sandbox) return 'sandbox';
  return isFailedEmergency(call) ? 'failed' : null;
}

/** An emergency call that cannot help: refused, waiting for a path, ended unanswered, or made in the sandbox. */
export function emergencyTrouble(state: AppState): Trouble | null {
  const sandbox = isSandbox(state);
  for (const call of state.calls) {
    const isShown = call.isEmergency && !state.closedCallIds.includes(call.id);
    const why = isShown ? troubleOf(call, sandbox) : null;
    if (why) return { number: call.remote, why, callId: call.id, isLive: call.state !== 'ended' };
  }
  const failure = state.emergencyFailure;
  if (!failure) return null;
  const why = failure.isWaiting ? 'waiting' : sandbox ? 'sandbox' : 'failed';
  return { number: failure.number, why, callId: null, isLive: false };
}

/** Takes the whole window when an emergency call does not go through: use another phone. */
export function EmergencyScreen() {
  const trouble = useAppShallow(emergencyTrouble);
  const { redial, hangUp, closeCall, closeEmergency } = useActions();
  // The words are read out first; a second Enter after dialling must not hang up.
  const title = useRef<HTMLHeadingElement>(null);
  const isShown = trouble !== null;
  useEffect(() => {
    if (isShown) title.current?.focus();
  }, [isShown]);
  if (!trouble) return null;
  const { number, callId } = trouble;
  const close = () => {
    if (callId !== null) closeCall(callId);
    closeEmergency();
  };
  const retry = () => {
    close();
    void redial(number, null);
  };
  return (
    <div className="emergency" role="alertdialog" aria-modal="true" aria-labelledby="emergency-title">
      <Siren size={40} strokeWidth={1.5} aria-hidden />
      <h1 className="emergency__title" id="emergency-title" ref={title} tabIndex={-1}>
        {t('emergency.title')}
      </h1>
      <p>{t(`emergency.${trouble.why}`, { number })}</p>
      <p>{t('emergency.text')}</p>
      <div className="emergency__actions">
        {trouble.isLive && callId !== null ? (
          <Button isLarge onPress={() => void hangUp(callId)}>
            {t('emergency.hangUp')}
          </Button>
        ) : (
          <Button isLarge onPress={retry}>
            {t('emergency.retry', { number })}
          </Button>
        )}
        {!trouble.isLive && (
          <Button isLarge onPress={close}>
            {t('emergency.close')}
          </Button>
        )}
      </div>
    </div>
  );
}
