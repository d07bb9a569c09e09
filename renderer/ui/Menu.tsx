import { Check } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';

export interface MenuChoice {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly icon?: LucideIcon;
  /** Given for one of several values, so that a screen reader hears which is in force; left out for a thing to do. */
  readonly isChosen?: boolean;
}

export interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuChoice[];
  readonly onChoose: (id: string) => void;
  /** The button that opens it. */
  readonly children: ReactElement;
}

const chosenOf = (items: readonly MenuChoice[]): string[] =>
  items.filter(({ isChosen }) => isChosen).map(({ id }) => id);

/** A short list of things to do or to choose, opened by its button. */
export function Menu({ label, items, onChoose, children }: MenuProps) {
  const selection = items.some(({ isChosen }) => isChosen !== undefined)
    ? { selectionMode: 'single' as const, disallowEmptySelection: true, selectedKeys: chosenOf(items) }
    : {};
  return (
    <MenuTrigger>
      {children}
      <Popover className="popover" offset={4}>
        <AriaMenu {...selection} className="popover__list" aria-label={label} onAction={(id) => onChoose(String(id))}>
          {items.map(({ id, label: name, note, icon: Icon, isChosen }) => (
            <MenuItem key={id} id={id} className="popover__item" textValue={name}>
              {Icon && <Icon size={16} aria-hidden />}
              <span className="popover__item-text">
                <span>{name}</span>
                {note && <span>{note}</span>}
              </span>
              {isChosen && <Check size={16} aria-hidden />}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
