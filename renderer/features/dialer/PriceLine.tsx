import { useState } from 'react';
import type { CallPrice } from '../../../preload/contract/models.ts';
import { countryName, readNumber } from '../../i18n/phone-numbers.ts';
import type { ReadNumber } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';
import { currentPrice, dialCountry, emergencyNumbers, isSandbox } from '../../state/selectors.ts';
import { useApp, useAppShallow } from '../../state/use-app.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { usePhoneNumbers } from '../../ui/figures.tsx';
import { destinationMark, priceMeaning, priceWords } from './price-words.ts';
import { RateDialog } from './RateDialog.tsx';

function Place({ price, country }: { readonly price: CallPrice | null; readonly country: string | null }) {
  const mark = price ? destinationMark(price) : null;
  const rate = price && 'rate' in price ? price.rate : null;
  const place = rate?.countryCode ?? country;
  const name = place === null ? '' : countryName(place);
  // A destination that only repeats its country says nothing new.
  const destination = rate && rate.destination !== name ? rate.destination : '';
  return (
    <p className="price-line__place">
      {name !== '' && <span className="truncate">{name}</span>}
      {destination !== '' && !mark && <span className="truncate soft">{destination}</span>}
      {mark && <Badge meaning={mark.meaning}>{mark.words}</Badge>}
    </p>
  );
}

function Price({ price, read }: { readonly price: CallPrice; readonly read: ReadNumber }) {
  const [isOpen, setOpen] = useState(false);
  const words = priceWords(price, read);
  const className = `price-line__price price-line__price--${priceMeaning(price)}`;
  if (price.kind !== 'rated' && price.kind !== 'included') return <p className={className}>{words}</p>;
  return (
    <>
      <Button look="quiet" className={className} onPress={() => setOpen(true)}>
        {words}
      </Button>
      {isOpen && <RateDialog price={price} onClose={() => setOpen(false)} />}
    </>
  );
}

/** While there is no price: none is asked for before there is something to dial. */
function noPriceWords(target: string, failed: boolean): string {
  if (target === '') return t('dial.price.incomplete');
  return failed ? t('dial.price.unknown') : t('dial.price.asking');
}

/** Where the typed number is and what calling it costs. Keeps its height, so that nothing jumps while typing. */
export function PriceLine() {
  usePhoneNumbers();
  const text = useApp((state) => state.dial.text);
  const country = useApp(dialCountry);
  const verbatim = useAppShallow(emergencyNumbers);
  const read = readNumber(text, country, verbatim);
  const price = useApp((state) => currentPrice(state, read.target));
  const failed = useApp((state) => state.dial.priceError !== null);
  const sandbox = useApp(isSandbox);
  const isEmergency = verbatim.includes(read.target);

  return (
    <div className="price-line" id="dial-price" aria-live="polite">
      {text === '' && <p className="soft">{t('dial.hint')}</p>}
      {isEmergency && (
        <>
          <p>
            <Badge meaning="danger">{t('dial.emergency')}</Badge>
          </p>
          <p>{sandbox ? t('dial.emergency.sandbox') : t('dial.emergency.text')}</p>
        </>
      )}
      {text !== '' && !isEmergency && (
        <>
          <Place price={price} country={read.country} />
          {price && <Price price={price} read={read} />}
          {!price && <p className="soft">{noPriceWords(read.target, failed)}</p>}
        </>
      )}
    </div>
  );
}
