import { Phone } from 'lucide-react';
import { formatPhoneNumber } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';

/** Numbers the provider keeps for trying the phone. Choosing one puts it into the dial field. */
export function TestNumbers() {
  const numbers = useApp((state) => state.policy?.testNumbers);
  const { prepare } = useActions();
  if (!numbers || numbers.length === 0) return null;
  return (
    <div className="test-numbers">
      <h3 className="recent__title" id="test-numbers-title">
        {t('dial.test')}
      </h3>
      <ul className="test-numbers__list" aria-labelledby="test-numbers-title" data-rows>
        {numbers.map(({ number, shortCode, label }) => (
          <li key={number}>
            <button type="button" className="test-numbers__row" onClick={() => prepare(number)}>
              <Phone size={16} aria-hidden="true" />
              <span className="test-numbers__label">{label}</span>
              <span className="test-numbers__dial soft">{shortCode ?? formatPhoneNumber(number)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
