import { X } from 'lucide-react';
import { useEffect, useId } from 'react';
import type { ChangeEvent, RefObject } from 'react';
import { formatAsTyped } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';
import { dialCountry, emergencyNumbers } from '../../state/selectors.ts';
import { useActions, useApp, useAppShallow } from '../../state/use-app.ts';
import { IconButton } from '../../ui/Button.tsx';
import { asksForPane } from '../app/shortcuts.ts';

/** Longer text is set smaller, so that it stays in view. */
const LARGE_TEXT_CHARS = 15;

/** The one field: grouped as people write it while it is typed, left alone while it is corrected. */
export function DialField({ inputRef }: { readonly inputRef: RefObject<HTMLInputElement | null> }) {
  const text = useApp((state) => state.dial.text);
  const country = useApp(dialCountry);
  const verbatim = useAppShallow(emergencyNumbers);
  const lastDialled = useApp((state) => state.history.rows.find((row) => row.direction === 'outgoing')?.remote ?? null);
  const { type } = useActions();
  const id = useId();

  // The phone is for dialling: the field has the focus when its pane opens, and when its key is pressed in the pane.
  useEffect(() => {
    const focus = () => inputRef.current?.focus();
    const onKeyDown = (event: KeyboardEvent) => {
      if (asksForPane(event, 'phone')) focus();
    };
    focus();
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [inputRef]);

  const change = (event: ChangeEvent<HTMLInputElement>) => {
    const { value, selectionStart } = event.target;
    const addsAtEnd = value.length > text.length && selectionStart === value.length;
    type(addsAtEnd ? formatAsTyped(value, country, verbatim) : value);
  };

  return (
    <div className="dial-field" data-large={text.length <= LARGE_TEXT_CHARS}>
      <label className="visually-hidden" htmlFor={id}>
        {t('dial.label')}
      </label>
      <input
        id={id}
        ref={inputRef}
        className="dial-field__input"
        value={text}
        onChange={change}
        onKeyDown={(event) => {
          if (event.key === 'Escape') type('');
          // Enter on an empty field brings the last number back, to be looked at before it is called.
          if (event.key === 'Enter' && text === '' && lastDialled !== null) {
            event.preventDefault();
            type(lastDialled);
          }
        }}
        placeholder={t('dial.placeholder')}
        type="text"
        inputMode="tel"
        autoComplete="off"
        spellCheck={false}
        maxLength={256}
        aria-describedby="dial-price dial-reason"
      />
      {text !== '' && (
        <IconButton
          icon={X}
          label={t('dial.clear')}
          shortcut="Esc"
          onPress={() => {
            type('');
            inputRef.current?.focus();
          }}
        />
      )}
    </div>
  );
}
