import { callsInView, isRinging } from '../../state/selectors.ts';
import { useAppShallow } from '../../state/use-app.ts';
import { CallCard } from './CallCard.tsx';
import { EndedCall } from './EndedCall.tsx';

/** The one place of the call on every screen. The newest call stands first; a ringing one has its own card. */
export function CallDock() {
  const calls = useAppShallow((state) => callsInView(state).filter((call) => !isRinging(call)));
  const live = calls.filter((call) => call.state !== 'ended');
  const ended = calls.filter((call) => call.state === 'ended').at(-1);
  if (calls.length === 0) return null;
  return (
    <div className="dock">
      {live.map((call) => (
        <CallCard key={call.id} call={call} />
      ))}
      {live.length === 0 && ended && <EndedCall call={ended} />}
    </div>
  );
}
