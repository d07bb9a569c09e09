import { expect, test } from 'vitest';
import { PhoneRig } from '../support/phone-rig.ts';

test('registers with HA1 and a stable instance id, and un-registers at stop', async () => {
  const rig = await PhoneRig.ready();
  const register = await rig.server.get('REGISTER', 1);
  expect(register.header('Contact')).toContain('+sip.instance="<urn:uuid:8f1d9c1e-0b52-4b5e-9d43-0f2b6a1c7e55>"');
  await rig.end();
  expect(rig.server.all('REGISTER').at(-1)?.header('Expires')).toBe('0');
});

test('dials, talks, hangs up, and leaves nothing open', async () => {
  const rig = await PhoneRig.ready();
  const { id } = await rig.talk();
  expect(rig.call(id)).toMatchObject({ state: 'active', microphone: 'open', media: 'flowing' });
  rig.phone.send({ kind: 'hang_up', callId: id });
  await rig.server.get('BYE');
  expect(rig.call(id)).toMatchObject({ state: 'ended', reason: 'hung_up', microphone: 'closed', media: 'none' });
  await rig.end();
});
