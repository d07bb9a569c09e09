import { CircleAlert } from 'lucide-react';
import type { Ref } from 'react';
import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField as AriaTextField } from 'react-aria-components/TextField';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  /** A sentence saying what is wrong; shown beside the field and read with it. */
  readonly error?: string | null;
  readonly placeholder?: string;
  readonly type?: 'text' | 'password' | 'url' | 'search';
  readonly autoComplete?: string;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** A labelled line of text with its hint or its error. */
export function TextField(props: TextFieldProps) {
  const { label, hint, error = null, placeholder, inputRef, ...rest } = props;
  return (
    <AriaTextField {...rest} className="field" isInvalid={error !== null} spellCheck="false" autoCorrect="off">
      <Label className="field__label">{label}</Label>
      <Input className="input" {...(placeholder ? { placeholder } : {})} {...(inputRef ? { ref: inputRef } : {})} />
      {hint && error === null && (
        <Text slot="description" className="field__hint">
          {hint}
        </Text>
      )}
      <FieldError className="field__error">
        <CircleAlert size={14} aria-hidden />
        <span>{error}</span>
      </FieldError>
    </AriaTextField>
  );
}
