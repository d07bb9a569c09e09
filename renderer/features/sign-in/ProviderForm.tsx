import { SquareArrowOutUpRight } from 'lucide-react';
import { useState } from 'react';
import { signInErrorLine } from '../../i18n/errors.ts';
import { t } from '../../i18n/translate.ts';
import { useActions } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { TextField } from '../../ui/TextField.tsx';

/** Asks for the provider's address; the sign-in itself happens in the system's browser (RFC 8252). */
export function ProviderForm() {
  const [address, setAddress] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { signInProvider } = useActions();
  const submit = async () => {
    if (address.trim() === '') {
      setProblem(t('signIn.required'));
      return;
    }
    setBusy(true);
    setProblem(null);
    const answer = await signInProvider(address.trim());
    setBusy(false);
    if (!answer.ok) setProblem(signInErrorLine(answer.error));
  };
  return (
    <form
      className="sign-in__form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        label={t('signIn.provider.address')}
        hint={t('signIn.provider.address.hint')}
        value={address}
        onChange={(value) => {
          setAddress(value);
          setProblem(null);
        }}
        error={problem}
        autoComplete="url"
        autoFocus
      />
      <div>
        <Button type="submit" look="primary" icon={SquareArrowOutUpRight} isDisabled={isBusy}>
          {isBusy ? t('signIn.signingIn') : t('signIn.provider.submit')}
        </Button>
      </div>
    </form>
  );
}
