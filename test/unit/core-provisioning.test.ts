import { expect, it } from 'vitest';
import { openProvisioning } from '../../main/devices/provisioning.ts';
import { createPhoneService } from '../../main/devices/service.ts';
import { silentLogger } from '../../main/platform/logger.ts';
import type { ProviderDriver } from '../../main/provider/driver.ts';
import type { PhoneCredentials } from '../../preload/contract/models.ts';
import { ok } from '../../preload/contract/result.ts';
import { manualClock } from '../integration/store-rig.ts';

const credentials: PhoneCredentials = {
  wssUrl: 'wss://sip.example.test/',
  domain: 'example.test',
  user: '1001',
  authorizationUser: '1001',
  realm: 'example.test',
  ha1: '0'.repeat(32),
  instanceId: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  displayName: 'Ann',
  registerExpiresSec: 600,
  iceServers: [],
  media: 'anchored',
};

it('a window that waits for new credentials gets them after its policy lets it through to where they lead', async () => {
  const clock = manualClock();
  const order: string[] = [];
  const phone = createPhoneService({
    push: () => undefined,
    clock,
    credentials: () => provisioning.credentials(),
    onPhoneGone: () => undefined,
  });
  const provisioning = await openProvisioning({
    instanceId: credentials.instanceId,
    clock,
    log: silentLogger,
    secrets: { get: async () => undefined, set: async () => undefined },
    secretName: 'device.a',
    useCached: true,
    onChanged: () => void phone.renew(() => order.push('policy')),
  });
  const leased = phone.lease({ id: 'w1' }, false).then((lease) => {
    order.push('lease');
    return lease;
  });
  provisioning.connect({ provisionDevice: async () => ok(credentials) } as unknown as ProviderDriver);
  expect(await leased).toEqual(ok({ state: 'mine', credentials }));
  expect(order).toEqual(['policy', 'lease']);
  provisioning.stop();
});
