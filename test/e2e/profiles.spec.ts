import { expect, test } from './fixtures.ts';

const ECHO = '+15005550001';
const UNITED_STATES = '+12125550123';
const UNITED_KINGDOM = '+442079460018';
const TOLL_FREE = '+18005550147';

/** What tells one provider from the others on screen: each is started once, and everything shown comes of its data. */
test.describe('every minute in both directions draws on the balance', () => {
  test.use({ appProfile: 'voiptime' });
  test('[POL-02][POL-11] a call within the country has its price, and at zero none can be made', async ({
    ui,
    sandbox,
  }) => {
    await ui.shell.expectRegistration('Ready');
    await ui.dialer.type(UNITED_STATES);
    await ui.says('0.0130 USD per minute');
    await ui.dialer.type(TOLL_FREE);
    await ui.says('Included in your plan');
    await sandbox.adjust(`-${(await sandbox.state()).balance}`);
    await ui.dialer.call(ECHO);
    await ui.call.expectEnded('There is not enough credit for this call');
  });
});

test.describe('channels with calls included', () => {
  test.use({ appProfile: 'sipus' });
  test('[SIPUS-26 C] at zero a call of the plan goes on, and a suspended account says so', async ({ ui, sandbox }) => {
    await ui.shell.expectRegistration('Ready');
    await ui.dialer.type(UNITED_KINGDOM);
    await ui.says('0.0160 USD per minute');
    await ui.dialer.type(UNITED_STATES);
    await ui.says('Included in your plan');
    await sandbox.adjust(`-${(await sandbox.state()).balance}`);
    await ui.dialer.call(ECHO);
    await ui.call.expectActive();
    await expect(ui.call.at.cost).toContainText('included in your plan');
    await ui.call.hangUp();
    await ui.call.at.close.click();
    await sandbox.freeze(true);
    await ui.dialer.call(ECHO);
    await ui.call.expectEnded(/suspended|blocked/);
  });
});

test.describe('paid afterwards', () => {
  test.use({ appProfile: 'sipcore' });
  test('[SCS-08 C] one price for every destination, and a balance below zero stops nothing', async ({
    ui,
    sandbox,
  }) => {
    await ui.shell.expectRegistration('Ready');
    expect(Number((await sandbox.state()).balance)).toBeLessThan(0);
    await expect(ui.shell.at.balance).toContainText('Paid afterwards');
    for (const number of [UNITED_KINGDOM, UNITED_STATES]) {
      await ui.dialer.type(number);
      await ui.says('0.0050 USD per minute');
      await expect(ui.page.getByText('not enough credit')).toHaveCount(0);
    }
    await ui.dialer.call(ECHO);
    await ui.call.expectActive();
    await ui.call.hangUp();
    await ui.call.expectEnded('You hung up');
  });
});

test.describe('trunks of three kinds and a reserve', () => {
  test.use({ appProfile: '2600hz' });
  test('[POL-26] what is not above the reserve pays for no minute', async ({ ui, sandbox }) => {
    await ui.shell.expectRegistration('Ready');
    await ui.dialer.type(UNITED_KINGDOM);
    await ui.says('0.0160 USD per minute');
    const { balance } = await sandbox.state();
    await sandbox.adjust((0.5 - Number(balance)).toFixed(2));
    await ui.balance.update();
    await expect(ui.shell.at.balance).toContainText('0.50');
    await ui.dialer.type('');
    await ui.dialer.type(UNITED_KINGDOM);
    await ui.says('not enough credit, the call may be refused');
    await ui.dialer.call(UNITED_KINGDOM);
    await ui.call.expectEnded('There is not enough credit for this call');
  });
});

test.describe('flat-rate trunks beside a reserve for metered calls', () => {
  test.use({ appProfile: 'sipstation' });
  test('calls abroad are a service that is off until it is switched on; flat-rate calls go on at zero', async ({
    ui,
    sandbox,
  }) => {
    await ui.shell.expectRegistration('Ready');
    await ui.dialer.call(UNITED_KINGDOM);
    await ui.call.expectEnded('International calls are switched off');
    await ui.call.at.close.click();
    await sandbox.adjust(`-${(await sandbox.state()).balance}`);
    await ui.dialer.call(ECHO);
    await ui.call.expectActive();
    await expect(ui.call.at.cost).toContainText('included in your plan');
    await ui.call.hangUp();
    await ui.call.expectEnded('You hung up');
  });
});
