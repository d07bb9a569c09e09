import { useSyncExternalStore } from 'react';
import type { Money } from '../../preload/contract/money.ts';
import { balanceText, costText } from '../i18n/money-format.ts';
import { formatPhoneNumber, phoneNumbersLoaded } from '../i18n/phone-numbers.ts';

export interface MoneyTextProps {
  readonly value: Money;
  /** A balance has two decimals, rounded down; a cost has four or, to be exact, more. */
  readonly form: 'balance' | 'cost';
  /** On a coloured ground the currency keeps the ground's text colour. */
  readonly isOnColour?: boolean;
}

/** An amount with its currency, the currency lighter. */
export function MoneyText({ value, form, isOnColour = false }: MoneyTextProps) {
  const amount = form === 'balance' ? balanceText(value.micros) : costText(value.micros);
  return (
    <span className={`money ${isOnColour ? 'money--inherit' : ''}`}>
      {amount} <span className="money__currency">{value.currency}</span>
    </span>
  );
}

/** True once the numbering plans are loaded; re-renders when they are. */
export function usePhoneNumbers(): boolean {
  return useSyncExternalStore(phoneNumbersLoaded.subscribe, phoneNumbersLoaded.get);
}

/** A stored number as people write it; plain until the numbering plans are loaded. */
export function PhoneNumberText({ value }: { readonly value: string }) {
  usePhoneNumbers();
  return <span className="phone-number">{formatPhoneNumber(value)}</span>;
}
