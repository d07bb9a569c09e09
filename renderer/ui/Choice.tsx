import type { LucideIcon } from 'lucide-react';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';

export interface ChoiceProps<Id extends string> {
  readonly label: string;
  readonly options: readonly { readonly id: Id; readonly label: string; readonly icon?: LucideIcon }[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
}

/** One of a few, all in view. */
export function Choice<Id extends string>({ label, options, selected, onSelect }: ChoiceProps<Id>) {
  return (
    <RadioGroup className="field" value={selected} onChange={(id) => onSelect(id as Id)} orientation="horizontal">
      <Label className="field__label">{label}</Label>
      <div>
        <div className="choice-group">
          {options.map(({ id, label: name, icon: Icon }) => (
            <Radio key={id} value={id} className="choice">
              {Icon && <Icon size={16} aria-hidden />}
              {name}
            </Radio>
          ))}
        </div>
      </div>
    </RadioGroup>
  );
}
