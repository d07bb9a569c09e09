import '../../../renderer/index.css';
import { ok, fail } from '../../../preload/contract/result.ts';
import { loadPhoneNumbers } from '../../../renderer/i18n/phone-numbers.ts';
import { mount } from '../../../renderer/features/app/mount.tsx';
import { startApp } from '../../../renderer/state/start.ts';
import type { RunningApp } from '../../../renderer/state/start.ts';
import { createContractDouble } from '../contract-double.ts';
import type { ContractDouble } from '../contract-double.ts';
import { createScriptedPhone, CREDENTIALS } from './scripted-phone.ts';
import type { ScriptedPhone } from './scripted-phone.ts';
import type { ScreenState, StateName } from './states.ts';
import { STATES } from './states.ts';

declare global {
  interface Window {
    harness?: { readonly app: RunningApp; readonly double: ContractDouble; readonly phone: ScriptedPhone };
  }
}

function doubleFor(state: ScreenState): ContractDouble {
  const { snapshot, lease, price, snapshotError, pageError } = state;
  const double = createContractDouble(snapshot);
  if (state.hangs) double.handle('app.snapshot', () => new Promise(() => {}));
  if (snapshotError) double.handle('app.snapshot', () => fail(snapshotError));
  if (pageError) {
    double.handle('calls.page', () => fail(pageError));
    double.handle('usage.page', () => fail(pageError));
  }
  double.handle('rates.priceCall', () => ok(price));
  double.handle('phone.lease', () => ok(lease === 'mine' ? { state: 'mine', credentials: CREDENTIALS } : lease));
  return double;
}

async function show(name: StateName): Promise<void> {
  const state: ScreenState = STATES[name];
  const double = doubleFor(state);
  const phone = createScriptedPhone(state.snapshot.phone);
  const app = startApp({ client: double.client, loadPhone: () => Promise.resolve(phone) });
  window.harness = { app, double, phone };
  // Parts that are loaded when first shown are here at once: a state is looked at when it stands.
  await Promise.all([
    import('../../../renderer/features/usage/UsagePane.tsx'),
    import('../../../renderer/features/usage/UsageDetail.tsx'),
    import('../../../renderer/features/settings/SettingsPane.tsx'),
    import('../../../renderer/features/settings/SignOutDialog.tsx'),
    import('../../../renderer/features/sign-in/SignInScreen.tsx'),
  ]);
  const root = document.querySelector('#root');
  if (!root) throw new Error('The page has no #root');
  mount(root, app);
  if (state.hangs) {
    document.documentElement.dataset['shown'] = name;
    return;
  }
  await app.ready;
  await loadPhoneNumbers();
  app.actions.show(state.pane);
  for (const key of state.typed) app.actions.pressDialKey(key);
  const isReceived = state.snapshot.phone.calls.some((call) => call.direction === 'incoming');
  const isInboundPrice = state.price.kind === 'rated' && state.price.rate.direction === 'inbound';
  if (isReceived === isInboundPrice) app.store.setState({ callPrices: { 'call-1': state.price } });
  if (state.opensKeypad) app.actions.toggleCallKeypad('call-1');
  const { history, usage } = app.store.getState();
  const id = state.selects === 'call' ? history.rows[1]?.id : usage.rows[0]?.id;
  if (state.selects && id) app.actions.select({ kind: state.selects, id });
  document.documentElement.dataset['shown'] = name;
}

void show(decodeURIComponent(location.hash.slice(1)) as StateName);
