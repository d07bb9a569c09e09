import { ChevronDown } from 'lucide-react';
import { formatPhoneNumber } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';
import { callerId } from '../../state/selectors.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { PhoneNumberText, usePhoneNumbers } from '../../ui/figures.tsx';
import { Menu } from '../../ui/Menu.tsx';

/** The number the other side will see, and the way to another of one's own. */
export function CallerIdChooser() {
  usePhoneNumbers();
  const chosen = useApp(callerId);
  const numbers = useApp((state) => state.numbers);
  const { chooseCallerId } = useActions();
  const usable = numbers.filter((each) => each.state === 'active');
  const label = usable.find((each) => each.number === chosen)?.label;
  const current = (
    <>
      <span className="soft">{t('dial.callerId')}</span>
      <span className="truncate">
        {chosen === null ? t('dial.callerId.none') : <PhoneNumberText value={chosen} />}
        {label && <span className="soft"> {label}</span>}
      </span>
    </>
  );
  if (usable.length < 2) return <p className="caller-id">{current}</p>;
  const items = usable.map((each) => ({
    id: each.number,
    label: formatPhoneNumber(each.number),
    note: each.label,
    isChosen: each.number === chosen,
  }));
  return (
    <Menu label={t('dial.callerId.choose')} items={items} onChoose={chooseCallerId}>
      <Button look="quiet" className="caller-id">
        {current}
        <ChevronDown size={14} aria-hidden />
      </Button>
    </Menu>
  );
}
