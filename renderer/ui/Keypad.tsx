import { Button } from 'react-aria-components/Button';

const KEYS = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const;

export interface KeypadProps {
  readonly label: string;
  readonly onKey: (key: string) => void;
  /** Names of the keys that have no digit: star and hash. */
  readonly names: Readonly<Record<'*' | '#', string>>;
}

/** Twelve keys with their letters, for the mouse and for tones. Typing digits is the caller's affair. */
export function Keypad({ label, onKey, names }: KeypadProps) {
  return (
    <div className="keypad" role="group" aria-label={label}>
      {KEYS.map(([digit, letters]) => (
        <Button
          key={digit}
          className="keypad__key"
          {...(digit === '*' || digit === '#' ? { 'aria-label': names[digit] } : {})}
          onPress={() => onKey(digit)}
        >
          <span className="keypad__digit">{digit}</span> <span className="keypad__letters">{letters}</span>
        </Button>
      ))}
    </div>
  );
}
