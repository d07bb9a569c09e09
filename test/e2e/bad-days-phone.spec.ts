import type { SandboxAdmin } from '../support/sandbox-admin.ts';
import type { Screens } from '../support/screens/verbs.ts';
import { expect, test } from './fixtures.ts';

const ECHO = '+15005550001';
const NO_ANSWER = '+15005550003';
const CALLS_BACK = '*50';

/** No socket to the SIP server, and no new one until the faults are cleared. */
async function cutForNow(sandbox: SandboxAdmin): Promise<void> {
  await sandbox.setFaults({ sip: { refuseConnections: true } });
  await sandbox.dropSipConnections();
}

const emergencyLegs = async (sandbox: SandboxAdmin) =>
  (await sandbox.state()).live_legs.filter((leg) => leg.emergency === 1);

/** Dials 911, sees its INVITE at the provider and the words on screen, and ends it. */
async function callEmergency(ui: Screens, sandbox: SandboxAdmin): Promise<void> {
  await ui.shell.open('Phone');
  await ui.dialer.at.number.fill('911');
  await ui.dialer.at.callEmergency.click();
  await ui.emergency.expectWords('911 reaches no emergency service from here');
  await expect.poll(async () => (await emergencyLegs(sandbox)).length, 'the INVITE at the provider').toBe(1);
  await ui.emergency.hangUpAndClose();
  await expect.poll(async () => (await emergencyLegs(sandbox)).length, 'its end').toBe(0);
}

async function expectNewest(ui: Screens, words: RegExp | string): Promise<void> {
  await ui.shell.open('History');
  await expect(ui.history.at.rows.first()).toContainText(words);
  await ui.shell.open('Phone');
}

test('the SIP connection is cut while idle, ringing and in a call: each is said, and no call is lost from the books', async ({
  ui,
  sandbox,
}) => {
  await ui.shell.expectRegistration('Ready');

  await test.step('idle: an ordinary call waits, an emergency call takes the window and leaves with the next socket', async () => {
    await cutForNow(sandbox);
    await ui.shell.expectRegistration('Reconnecting (calls may not reach you)');
    await ui.dialer.type(ECHO);
    await expect(ui.dialer.at.call).toBeDisabled();
    await ui.says('The connection was lost. You can call as soon as it is back.');
    await ui.dialer.type('911');
    await ui.dialer.at.callEmergency.click();
    await ui.emergency.expectWords('There is no way to the phone company at the moment');
    expect(await emergencyLegs(sandbox)).toEqual([]);
    await sandbox.clearFaults();
    await expect.poll(async () => (await emergencyLegs(sandbox)).length, { timeout: 15_000 }).toBe(1);
    await ui.emergency.hangUpAndClose();
    await ui.shell.expectRegistration('Ready');
    await expectNewest(ui, '911');
  });

  await test.step('ringing out: the call is over, and says why', async () => {
    await ui.dialer.call(NO_ANSWER);
    await expect(ui.call.at.card).toContainText('Ringing');
    await cutForNow(sandbox);
    await ui.call.expectEnded('The connection to the phone company was lost. Check your network, then try again.');
    await ui.call.at.close.click();
    await sandbox.clearFaults();
    await ui.shell.expectRegistration('Ready');
    await expectNewest(ui, 'Not connected');
  });

  await test.step('ringing in: no ghost rings on, and the call is in the history', async () => {
    await ui.dialer.call(CALLS_BACK);
    await ui.call.expectActive();
    await ui.call.hangUp();
    await ui.ringCard.expectRinging();
    await cutForNow(sandbox);
    await expect(ui.ringCard.at.card).toBeHidden();
    await ui.says('The connection to the phone company was lost');
    await sandbox.clearFaults();
    await ui.shell.expectRegistration('Ready');
    await expectNewest(ui, 'Missed');
  });

  await test.step('in a call: it goes on over the next socket, and is charged once', async () => {
    const before = await sandbox.state();
    await ui.dialer.call(ECHO);
    await ui.call.expectActive();
    await cutForNow(sandbox);
    await ui.shell.expectRegistration('Reconnecting');
    await sandbox.clearFaults();
    await ui.shell.expectRegistration('Ready');
    await expect(ui.call.at.card).toContainText('In call');
    await ui.call.hangUp();
    await ui.call.expectEnded('You hung up');
    await expect.poll(async () => (await sandbox.state()).usage_rows).toBe(before.usage_rows + 1);
    expect((await sandbox.state()).invariant.holds).toBe(true);
    await expectNewest(ui, await ui.call.shownCost(ui.call.at.ended));
  });
});

test('calls that meet: given up before the answer, a second call, and 911 goes first and over money and password', async ({
  ui,
  sandbox,
}) => {
  await ui.shell.expectRegistration('Ready');

  await test.step('hung up before it is answered: free, and in the history', async () => {
    const before = await sandbox.state();
    await ui.dialer.call(NO_ANSWER);
    await expect(ui.call.at.card).toContainText('Ringing');
    await ui.call.hangUp();
    await ui.call.expectEnded('You hung up before they answered');
    await expect.poll(async () => (await sandbox.state()).live_legs.length).toBe(0);
    expect((await sandbox.state()).balance).toBe(before.balance);
    await expectNewest(ui, 'Hung up before an answer');
  });

  await test.step('a second call: out is refused in words, in is told busy and kept as missed, 911 goes', async () => {
    await ui.dialer.call(CALLS_BACK);
    await ui.call.expectActive();
    await ui.call.hangUp();
    await ui.dialer.call(ECHO);
    await ui.call.expectActive();
    await ui.dialer.type(NO_ANSWER);
    await ui.says('A call is up. Hang up first.');
    await expect(ui.shell.at.pane('History')).toHaveAccessibleName(/1 missed call/, { timeout: 15_000 });
    await callEmergency(ui, sandbox);
    await expect(ui.call.at.card).toContainText('On hold');
    await ui.call.hangUp();
    await ui.call.expectEnded('You hung up');
    await ui.shell.open('History');
    await expect(ui.history.at.rows.filter({ hasText: 'Missed' })).toHaveCount(1);
    await ui.shell.open('Phone');
  });

  await test.step('no credit', async () => {
    const { balance } = await sandbox.state();
    await sandbox.adjust(`-${balance}`);
    await ui.dialer.call(ECHO);
    await ui.call.expectEnded('There is not enough credit for this call. Add credit with your provider');
    await callEmergency(ui, sandbox);
    await sandbox.adjust(balance);
    expect((await sandbox.state()).invariant.holds).toBe(true);
  });

  await test.step('a suspended account', async () => {
    await sandbox.freeze(true);
    await ui.dialer.call(ECHO);
    await ui.call.expectEnded('Your provider does not allow this call. Ask your provider.');
    await callEmergency(ui, sandbox);
    await sandbox.freeze(false);
  });

  await test.step('a password that is not right any more', async () => {
    await sandbox.setFaults({ sip: { rejectPasswords: true } });
    await sandbox.dropSipConnections();
    await ui.shell.expectRegistration('Refused: the password is not right');
    await ui.dialer.type(ECHO);
    await ui.says('The phone company refused this phone: the password is not right. Sign out and in again.');
    await ui.dialer.type('911');
    await ui.dialer.at.callEmergency.click();
    await ui.emergency.expectWords('Use a mobile or any other phone');
    await ui.emergency.at.close.click();
    await expectNewest(ui, '911');
  });
});
