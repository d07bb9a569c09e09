import { describe, expect, test } from 'vitest';
import { Refusal } from '../../main/sandbox/api/refusal.ts';
import { createSignIns } from '../../main/sandbox/ledger/sign-ins.ts';
import { amount, openPlan } from './plan-rig.ts';

const refusalOf = (work: () => unknown): Refusal => {
  try {
    work();
  } catch (fault) {
    if (fault instanceof Refusal) return fault;
    throw fault;
  }
  throw new Error('It was not refused');
};

describe('the account', () => {
  test('[KZ-02 P] name, technical contact, zone and language are changed, told and recorded', () => {
    const { ledger, services, owner } = openPlan('2600hz');
    const { accountSettings, audit } = services;
    const technicalContact = { email: 'it@fernhill.example', phone: '+14155550177' };
    ledger.write(() =>
      accountSettings.change(owner, {
        name: 'Fernhill Joinery Inc.',
        timeZone: 'Europe/Berlin',
        language: 'de-DE',
        technicalContact,
      }),
    );
    expect(accountSettings.get()).toMatchObject({
      name: 'Fernhill Joinery Inc.',
      timeZone: 'Europe/Berlin',
      language: 'de-DE',
      technicalContact,
    });
    expect(ledger.profile.account).toMatchObject({ name: 'Fernhill Joinery Inc.', timeZone: 'Europe/Berlin' });
    expect(audit.before(Infinity, 1, {})).toMatchObject([
      {
        userId: 'usr_dana',
        action: 'account_settings.changed',
        before: { language: 'en-US' },
        after: { language: 'de-DE' },
      },
    ]);
    expect(refusalOf(() => ledger.write(() => accountSettings.change(owner, { timeZone: 'Mars/Olympus' }))).code).toBe(
      'invalid_request',
    );
  });

  test('[KZ-02 P] a new realm is typed twice, says how many devices drop, and waits for calls to end', () => {
    const plan = openPlan('2600hz');
    const { ledger, services, owner } = plan;
    const { accountSettings, books } = services;
    plan.provision(3);
    let announced = 0;
    accountSettings.onRealmChanged(() => (announced += 1));
    const change = (confirmRealm?: string) =>
      ledger.write(() =>
        accountSettings.change(owner, {
          realm: 'pbx.fernhill.example',
          ...(confirmRealm === undefined ? {} : { confirmRealm }),
        }),
      );

    const untyped = refusalOf(() => change());
    expect(untyped.details.errors).toEqual([
      { pointer: '/confirm_realm', detail: expect.stringContaining('3 devices') as string },
    ]);
    expect(refusalOf(() => change('pbx.fernhil.example')).code).toBe('invalid_request');

    const device = services.people.devices('usr_dana')[0];
    const admitted = books.admit({
      sipCallId: 'c',
      leg: 'a',
      direction: 'outbound',
      deviceId: device?.id ?? null,
      from: '+14155550100',
      to: '911',
      emergency: true,
    });
    expect(refusalOf(() => change('pbx.fernhill.example')).code).toBe('in_use');
    if (admitted.kind === 'admitted') books.ended(admitted.legId, { sipCode: 200, cause: 'test' });
    expect(announced).toBe(0);
    expect(change('pbx.fernhill.example')).toEqual({ devicesDropped: 3 });
    expect(announced).toBe(1);
    expect(books.realm).toBe('pbx.fernhill.example');
  });
});

describe('a person', () => {
  test('[KZ-03 P] zone, language and colour-blind mode', () => {
    const { ledger, services, user } = openPlan('2600hz');
    const { userSettings } = services;
    expect(userSettings.get(user.id)).toMatchObject({ timeZone: null, language: null, colorBlindMode: false });
    ledger.write(() =>
      userSettings.change(user, { timeZone: 'Asia/Kolkata', language: 'en-IN', colorBlindMode: true }),
    );
    ledger.write(() => userSettings.change(user, { language: null }));
    expect(userSettings.get(user.id)).toMatchObject({ timeZone: 'Asia/Kolkata', language: null, colorBlindMode: true });
  });

  test('[KZ-03 P] a new address needs a code from the old one and one from the new', () => {
    const plan = openPlan('2600hz');
    const { ledger, services, user } = plan;
    const { userSettings } = services;
    const ask = () => ledger.write(() => userSettings.change(user, { email: 'priya@new.example' }));
    const codes = () =>
      userSettings.mails(2).map((mail) => ({ to: mail.recipient, code: /\d{8}$/.exec(mail.body)?.[0] ?? '' }));
    const confirm = (code: string) => ledger.write(() => userSettings.confirmEmail(user, code));
    ask();
    const [toNew, toOld] = codes();
    expect([toNew?.to, toOld?.to]).toEqual(['priya@new.example', 'priya@fernhill.example']);
    expect(refusalOf(() => confirm('')).code).toBe('not_found');
    confirm(toNew?.code ?? '');
    expect(userSettings.get(user.id)).toMatchObject({
      email: 'priya@fernhill.example',
      pendingEmail: { confirmedByNew: true, confirmedByOld: false },
    });
    expect(refusalOf(() => confirm(toNew?.code ?? '')).code).toBe('not_found');
    confirm(toOld?.code ?? '');
    expect(userSettings.get(user.id)).toMatchObject({ email: 'priya@new.example', pendingEmail: null });

    ledger.write(() => userSettings.change(user, { email: 'late@new.example' }));
    const [late] = codes();
    plan.travel(plan.now() + 25 * 3_600_000);
    expect(refusalOf(() => confirm(late?.code ?? '')).code).toBe('not_found');
    expect(
      refusalOf(() => ledger.write(() => userSettings.change(user, { email: 'dana@fernhill.example' }))).code,
    ).toBe('conflict');
  });

  test('[KZ-03 P] a new password needs the old one, and ends every other session', () => {
    const { ledger, services, user } = openPlan('2600hz');
    const { userSettings, audit } = services;
    const change = (old: string, next: string) =>
      ledger.write(() => userSettings.change(user, { password: { old, new: next }, language: 'fr' }));
    expect(refusalOf(() => change('wrong', 'a better one')).code).toBe('wrong_password');
    expect(userSettings.get(user.id)).toMatchObject({ passwordChangedAt: null, language: null });
    change('sandbox', 'a better one');
    expect(refusalOf(() => change('sandbox', 'yet another')).code).toBe('wrong_password');
    for (let index = 0; index < 4; index += 1) refusalOf(() => change('sandbox', 'yet another'));
    expect(refusalOf(() => change('a better one', 'yet another')).code).toBe('rate_limited');
    const told = JSON.stringify(audit.before(Infinity, 100, {}));
    expect(told).not.toContain('a better one');

    const signIns = createSignIns(ledger, () => 0);
    const [mine, other, danas] = [signIns.issue(user.id), signIns.issue(user.id), signIns.issue('usr_dana')];
    const found = signIns.authenticate(mine.accessToken);
    if (found.kind !== 'valid') throw new Error('Not signed in');
    signIns.endOthers(user.id, found.family);
    expect([mine, other, danas].map((pair) => signIns.authenticate(pair.accessToken).kind)).toEqual([
      'valid',
      'unknown',
      'valid',
    ]);
  });
});

describe('who may do what', () => {
  test('grants and roles are the owner’s to give; there is one owner', () => {
    const { ledger, services, owner } = openPlan('2600hz');
    const { access, people, audit } = services;
    ledger.write(() => access.change(owner, 'usr_priya', { role: 'admin', grants: ['plan', 'plan'] }));
    expect(people.user('usr_priya')).toMatchObject({ role: 'admin', grants: ['plan'] });
    expect(audit.before(Infinity, 1, {})).toMatchObject([
      { subject: 'usr_priya', before: { role: 'user' }, after: { role: 'admin' } },
    ]);
    expect(refusalOf(() => ledger.write(() => access.change(owner, 'usr_dana', { role: 'user' }))).code).toBe(
      'conflict',
    );
    expect(refusalOf(() => ledger.write(() => access.change(owner, 'usr_priya', { role: 'owner' }))).code).toBe(
      'conflict',
    );
    expect(refusalOf(() => ledger.write(() => access.change(owner, 'usr_nobody', {}))).code).toBe('not_found');
  });

  test('a spend limit stops the charge that would go beyond it, with nothing taken; the next month is a new one', () => {
    const plan = openPlan('sipus');
    const { access } = plan.services;
    plan.ledger.write(() => access.change(plan.owner, 'usr_dana', { spendLimit: amount('120') }));
    expect(plan.buyChannels({ pooled: 5 }).charge.state).toBe('done');
    const spent = access.member('usr_dana')?.spentThisMonth ?? 0;
    expect(spent).toBeGreaterThan(0);
    expect(refusalOf(() => plan.buyChannels({ pooled: 9 })).code).toBe('role_not_allowed');
    expect(plan.services.capacity.current()).toEqual({ kind: 'pooled', count: 5 });
    expect(access.member('usr_dana')?.spentThisMonth).toBe(spent);
    plan.travel(Date.UTC(2026, 4, 2));
    expect(plan.buyChannels({ pooled: 6 }).charge.state).toBe('done');
  });
});
