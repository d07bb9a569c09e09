import type { CallPrice } from '../../../preload/contract/models.ts';
import { countryName } from '../../i18n/phone-numbers.ts';
import { dateText, exactTime } from '../../i18n/time-format.ts';
import { t } from '../../i18n/translate.ts';
import { useApp } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog, DialogActions } from '../../ui/Dialog.tsx';
import { MoneyText } from '../../ui/figures.tsx';

interface RateDialogProps {
  readonly price: Extract<CallPrice, { kind: 'rated' | 'included' }>;
  readonly onClose: () => void;
}

/** Which rule a price comes from, and how old it is. */
export function RateDialog({ price, onClose }: RateDialogProps) {
  const offsetMs = useApp((state) => state.sync.serverOffsetMs);
  const { rate, fetchedAt } = price;
  const money = (micros: typeof rate.perMinute) => (
    <MoneyText value={{ micros, currency: rate.currency }} form="cost" />
  );
  return (
    <Dialog title={t('rate.title')} onClose={onClose}>
      <dl className="facts">
        <dt>{t('rate.destination')}</dt>
        <dd>
          {rate.destination}
          {rate.countryCode !== null && ` (${countryName(rate.countryCode)})`}
        </dd>
        <dt>{t('rate.prefix')}</dt>
        <dd>+{rate.prefix}</dd>
        <dt>{t('rate.perMinute')}</dt>
        <dd>{price.kind === 'included' ? t('dial.price.included') : money(rate.perMinute)}</dd>
        {rate.setupFee > 0 && (
          <>
            <dt>{t('rate.setup')}</dt>
            <dd>{money(rate.setupFee)}</dd>
          </>
        )}
        <dt>{t('rate.counting')}</dt>
        <dd>{t('rate.counting.text', { min: rate.minSec, inc: rate.incSec === 0 ? 60 : rate.incSec })}</dd>
        {rate.freeSec > 0 && (
          <>
            <dt>{t('rate.free')}</dt>
            <dd>{t('rate.free.text', { seconds: rate.freeSec })}</dd>
          </>
        )}
        <dt>{t('rate.since')}</dt>
        <dd>{dateText(rate.effectiveFrom)}</dd>
        <dt>{t('rate.fetched')}</dt>
        <dd>{exactTime(fetchedAt - offsetMs)}</dd>
      </dl>
      <p className="soft">{t('rate.about')}</p>
      <DialogActions>
        <Button onPress={onClose}>{t('action.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
