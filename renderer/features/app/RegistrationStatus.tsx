import { assertNever } from '../../../preload/contract/result.ts';
import { useState } from 'react';
import type { Registration } from '../../../preload/contract/models.ts';
import { reasonText } from '../../i18n/reasons.ts';
import { t } from '../../i18n/translate.ts';
import { formatPhoneNumber } from '../../i18n/phone-numbers.ts';
import type { LeaseView } from '../../state/model.ts';
import { accountOf, callerId } from '../../state/selectors.ts';
import { useApp } from '../../state/use-app.ts';
import { StatusDot } from '../../ui/Badge.tsx';
import type { StatusDotProps } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog, DialogActions } from '../../ui/Dialog.tsx';
import { PhoneNumberText, usePhoneNumbers } from '../../ui/figures.tsx';

type Look = Pick<StatusDotProps, 'meaning' | 'fill'>;

/** One row per registration state (design 7): its look, its short word and its full words. */
const LOOKS: Readonly<Record<Registration['state'], Look>> = {
  ready: { meaning: 'good', fill: 'full' },
  connecting: { meaning: 'information', fill: 'half' },
  reconnecting: { meaning: 'attention', fill: 'half' },
  signed_out: { meaning: 'neutral', fill: 'empty' },
  refused: { meaning: 'danger', fill: 'empty' },
};

/** The header's words for a state; `number` is the one calls are made from, already written as people do. */
export function registrationWords(registration: Registration, number: string | null): string {
  switch (registration.state) {
    case 'ready':
      return number === null ? t('registration.ready') : t('registration.readyOn', { number });
    case 'connecting':
      return t('registration.connecting');
    case 'reconnecting':
      return t('registration.reconnecting.long');
    case 'signed_out':
      return t('registration.signed_out');
    case 'refused':
      return t('registration.refused.long', { why: reasonText(registration.reason) });
    default:
      return assertNever(registration);
  }
}

/** The number moves to the next line as a whole. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

function leaseWords(lease: LeaseView): string {
  if (lease.state === 'mine') return t('connection.window.mine');
  return lease.state === 'elsewhere' ? t('connection.window.elsewhere') : t('connection.window.none');
}

function ConnectionDialog({ onClose }: { readonly onClose: () => void }) {
  const registration = useApp((state) => state.registration);
  const lease = useApp((state) => state.lease);
  const account = useApp(accountOf);
  const number = useApp(callerId);
  return (
    <Dialog title={t('connection.title')} onClose={onClose}>
      <dl className="facts">
        <dt>{t('connection.state')}</dt>
        <dd>
          {registrationWords(registration, null)}.{' '}
          {registration.state === 'ready' ? t('registration.calls.ready') : t('registration.calls.not')}
        </dd>
        <dt>{t('connection.number')}</dt>
        <dd>{number === null ? t('connection.noNumber') : <PhoneNumberText value={number} />}</dd>
        <dt>{t('connection.window')}</dt>
        <dd>{leaseWords(lease)}</dd>
        <dt>{t('connection.account')}</dt>
        <dd>{account?.name}</dd>
        <dt>{t('connection.provider')}</dt>
        <dd>{account?.providerName}</dd>
      </dl>
      <DialogActions>
        <Button onPress={onClose}>{t('action.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}

/** Whether calls reach this phone, in words, and the number one calls from. Opens what stands behind it. */
export function RegistrationStatus() {
  const [isOpen, setOpen] = useState(false);
  const registration = useApp((state) => state.registration);
  const number = useApp(callerId);
  usePhoneNumbers();
  const words = registrationWords(registration, number === null ? null : unbroken(formatPhoneNumber(number)));
  return (
    <>
      <Button look="quiet" className="header__status" onPress={() => setOpen(true)}>
        <StatusDot {...LOOKS[registration.state]}>
          <span className="header__words">{words}</span>
        </StatusDot>
        <span className="visually-hidden">. {t('header.registration.open')}</span>
      </Button>
      {isOpen && <ConnectionDialog onClose={() => setOpen(false)} />}
    </>
  );
}
