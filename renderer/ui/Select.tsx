import { Check, ChevronDown } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { Text } from 'react-aria-components/Text';

export interface Option {
  readonly id: string;
  readonly label: string;
}

export interface SelectProps {
  readonly label: string;
  readonly options: readonly Option[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  readonly hint?: string;
  readonly isDisabled?: boolean;
}

/** One of a list. */
export function Select({ label, options, selected, onSelect, hint, isDisabled = false }: SelectProps) {
  return (
    <AriaSelect
      className="field"
      value={selected}
      onChange={(key) => key !== null && onSelect(String(key))}
      isDisabled={isDisabled}
    >
      <Label className="field__label">{label}</Label>
      <Button className="select__button">
        <SelectValue className="truncate" />
        <ChevronDown size={16} aria-hidden />
      </Button>
      {hint && (
        <Text slot="description" className="field__hint">
          {hint}
        </Text>
      )}
      <Popover className="popover" offset={4}>
        <ListBox className="popover__list" items={options}>
          {(option) => (
            <ListBoxItem className="popover__item" id={option.id} textValue={option.label}>
              {({ isSelected }) => (
                <>
                  <span className="popover__item-text">{option.label}</span>
                  {isSelected && <Check size={16} aria-hidden />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
