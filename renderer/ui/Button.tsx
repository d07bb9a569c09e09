import type { LucideIcon } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip';

export type ButtonLook = 'plain' | 'primary' | 'danger' | 'quiet';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly look?: ButtonLook;
  readonly icon?: LucideIcon;
  readonly isDisabled?: boolean;
  readonly isLarge?: boolean;
  readonly type?: 'button' | 'submit';
  readonly autoFocus?: boolean;
  readonly describedBy?: string;
  readonly className?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A verb to press. */
export function Button(props: ButtonProps) {
  const {
    look = 'plain',
    icon: Icon,
    children,
    isLarge = false,
    describedBy,
    className = '',
    onPress,
    ...rest
  } = props;
  return (
    <AriaButton
      {...rest}
      {...(onPress ? { onPress } : {})}
      {...(describedBy ? { 'aria-describedby': describedBy } : {})}
      className={`button button--${look} ${isLarge ? 'button--large' : ''} ${className}`}
    >
      {Icon && <Icon size={16} aria-hidden />}
      {children}
    </AriaButton>
  );
}

export interface IconButtonProps {
  readonly icon: LucideIcon;
  /** The button's name, also shown as its tooltip. */
  readonly label: string;
  /** Shown in the tooltip, e.g. "Alt M". */
  readonly shortcut?: string;
  readonly onPress: () => void;
  readonly look?: ButtonLook;
  readonly isDisabled?: boolean;
  /** Present on a button that switches something on and off. */
  readonly isPressed?: boolean;
  readonly isExpanded?: boolean;
  readonly className?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button that shows only its icon; its name appears on hover and focus. */
export function IconButton(props: IconButtonProps) {
  const { icon: Icon, label, shortcut, look = 'quiet', isPressed, isExpanded, className = '', ...rest } = props;
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <AriaButton
        {...rest}
        aria-label={label}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        {...(isExpanded === undefined ? {} : { 'aria-expanded': isExpanded })}
        className={`button button--icon button--${look} ${className}`}
      >
        <Icon size={18} aria-hidden />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label} {shortcut && <kbd className="kbd">{shortcut}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
