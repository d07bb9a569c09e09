import { Siren } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { t } from '../../i18n/translate.ts';
import type { AppState } from '../../state/model.ts';
import { isSandbox } from '../../state/selectors.ts';
import { useActions, useAppShallow } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';

interface Trouble {
  readonly number: string;
  /** The call that is still up in the sandbox, or that ended unanswered; null = none was made. */
  readonly callId: string | null;
  readonly isLive: boolean;
  readonly isSandbox: boolean;
}

/** An emergency call that cannot help: refused, ended unanswered, or made in the sandbox. */
export function emergencyTrouble(state: AppState): Trouble | null {
  const sandbox = isSandbox(state);
  const call = state.calls.find((each) => {
    if (!each.isEmergency || state.closedCallIds.includes(each.id)) return false;
    const failed = each.answeredAt === null && each.reason !== 'cancelled' && each.reason !== 'hung_up';
    return each.state === 'ended' ? failed || sandbox : sandbox;
  });
  if (call) return { number: call.remote, callId: call.id, isLive: call.state !== 'ended', isSandbox: sandbox };
  const refused = state.emergencyFailure;
  return refused ? { number: refused.number, callId: null, isLive: false, isSandbox: sandbox } : null;
}

/** Takes the whole window when an emergency call does not go through: use another phone. */
export function EmergencyScreen() {
  const trouble = useAppShallow(emergencyTrouble);
  const { redial, hangUp, closeCall, closeEmergency } = useActions();
  const first = useRef<HTMLButtonElement>(null);
  const isShown = trouble !== null;
  useEffect(() => {
    if (isShown) first.current?.focus();
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
      <h1 className="emergency__title" id="emergency-title">
        {t('emergency.title')}
      </h1>
      <p>{t(trouble.isSandbox ? 'emergency.sandbox' : 'emergency.failed', { number })}</p>
      <p>{t('emergency.text')}</p>
      <div className="emergency__actions">
        {trouble.isLive && callId !== null ? (
          <Button isLarge ref={first} onPress={() => void hangUp(callId)}>
            {t('emergency.hangUp')}
          </Button>
        ) : (
          <Button isLarge ref={first} onPress={retry}>
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
