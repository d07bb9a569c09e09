import { expect, test } from 'vitest';
import type { InvokeName } from '../../preload/contract/channels.ts';
import { invokeChannels } from '../../preload/contract/channels.ts';
import { DEFAULT_SETTINGS } from '../../preload/contract/models.ts';
import { fail } from '../../preload/contract/result.ts';
import { createContractDouble } from '../support/contract-double.ts';

test('it answers every row, records what it was asked, and refuses what the table refuses', async () => {
  const double = createContractDouble();
  const nothing = (Object.keys(invokeChannels) as InvokeName[]).filter(
    (name) => invokeChannels[name].request.safeParse(null).success,
  );
  for (const name of nothing) expect((await double.client.invoke(name, null)).ok).toBe(true);
  expect(double.calls.map((call) => call.name)).toEqual(nothing);
  const refused = await double.client.invoke('usage.page', { cursor: null, limit: 0 });
  expect(refused).toMatchObject({ ok: false, error: { kind: 'invalid_request' } });
  expect(double.callsOf('usage.page')).toEqual([]);
});

test('a test can change an answer, push an event and break the link', async () => {
  const double = createContractDouble();
  double.handle('session.signInSandbox', () => fail({ kind: 'offline', nextStep: 'retry', detail: 'test' }));
  expect(await double.client.invoke('session.signInSandbox', null)).toMatchObject({ error: { kind: 'offline' } });
  await double.client.invoke('settings.set', { theme: 'dark' });
  const snapshot = await double.client.invoke('app.snapshot', null);
  expect(snapshot.ok && snapshot.value.settings).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' });

  const heard: unknown[] = [];
  const stop = double.client.on('settings.changed', (settings) => heard.push(settings));
  double.notify('settings.changed', DEFAULT_SETTINGS);
  stop();
  double.notify('settings.changed', DEFAULT_SETTINGS);
  expect(heard).toEqual([DEFAULT_SETTINGS]);
  expect(() => double.notify('settings.changed', { theme: 'pink' } as never)).toThrow(/theme/);

  double.link('down');
  expect(await double.client.invoke('app.snapshot', null)).toMatchObject({ error: { kind: 'offline' } });
});
