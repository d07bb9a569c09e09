import type { CallView } from '../../../preload/contract/models.ts';
import { errorLine } from '../../i18n/errors.ts';
import { t } from '../../i18n/translate.ts';
import { useApp } from '../../state/use-app.ts';
import { Banner } from '../../ui/Banner.tsx';

function Failure() {
  const failure = useApp((state) => state.callFailure);
  if (!failure) return null;
  const title = failure.kind === 'refused' ? t(`refusal.${failure.refusal}`) : errorLine(failure.error);
  return <Banner meaning="attention" title={title} />;
}

function Microphone({ call }: { readonly call: CallView }) {
  if (call.microphone !== 'refused' && call.microphone !== 'missing') return null;
  return (
    <Banner meaning="danger" title={t(`call.mic.${call.microphone}`)}>
      <p>{t(`call.mic.${call.microphone}.text`)}</p>
    </Banner>
  );
}

/** What is wrong with the call now, in words, with what to do. Empty when nothing is. */
export function CallProblems({ call }: { readonly call: CallView }) {
  return (
    <div className="call__problems" role="status">
      <Microphone call={call} />
      {call.media === 'interrupted' && (
        <Banner meaning="attention" title={t('call.media.interrupted')}>
          <p>{t('call.media.interrupted.text')}</p>
        </Banner>
      )}
      {call.muted && <Banner meaning="information" title={t('call.muted')} />}
      {call.state === 'active' && call.media === 'connecting' && <p className="soft">{t('call.media.connecting')}</p>}
      {call.state === 'active' && call.microphone === 'opening' && <p className="soft">{t('call.mic.opening')}</p>}
      <Failure />
    </div>
  );
}
