import { assertNever } from '../../../preload/contract/result.ts';
import type { AppError } from '../../../preload/contract/result.ts';
import { errorWords } from '../../i18n/errors.ts';
import type { ErrorAction } from '../../i18n/errors.ts';
import { t } from '../../i18n/translate.ts';
import { useActions } from '../../state/use-app.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/MessageState.tsx';

interface ErrorProps {
  readonly error: AppError;
  /** What "Try again" does here. */
  readonly onRetry: () => void;
}

/** The button for an error's next step; nothing where a sentence is all there is. */
function ErrorActionButton({ action, onRetry }: { readonly action: ErrorAction; readonly onRetry: () => void }) {
  const actions = useActions();
  switch (action) {
    case null:
      return null;
    case 'retry':
      return <Button onPress={onRetry}>{t('action.retry')}</Button>;
    case 'sign_in':
      return <Button onPress={() => void actions.signOut(false)}>{t('action.signIn')}</Button>;
    case 'use_here':
      return <Button onPress={() => void actions.takePhoneHere()}>{t('action.useHere')}</Button>;
    case 'settings':
      return <Button onPress={() => actions.show('settings')}>{t('action.settings')}</Button>;
    default:
      return assertNever(action);
  }
}

/** An error in place of what would be here. */
export function ErrorPane({ error, onRetry }: ErrorProps) {
  const { what, kept, next, action } = errorWords(error);
  return (
    <ErrorState
      what={what}
      kept={kept}
      next={next}
      detail={error.detail}
      detailLabel={t('action.details')}
      action={<ErrorActionButton action={action} onRetry={onRetry} />}
    />
  );
}

/** An error above what is still shown. */
export function ErrorBanner({ error, onRetry }: ErrorProps) {
  const { what, kept, next, action } = errorWords(error);
  return (
    <Banner meaning="danger" title={what} action={<ErrorActionButton action={action} onRetry={onRetry} />}>
      <p>
        {kept} {next}
      </p>
    </Banner>
  );
}
