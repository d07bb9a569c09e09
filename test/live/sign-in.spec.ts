import { expect, test } from './fixtures.ts';

test('a wrong password is a sentence, and what was typed is still there', async ({ bed, ui }) => {
  const account = { ...bed.account, wsUrl: bed.kamailio.wssUrl };
  await ui.signIn.withSip({ ...account, password: 'not-it' }, bed.kamailio.realm);
  await expect(ui.page.getByText('The user name or the password is not right')).toBeVisible();
  await expect(ui.signIn.at.user).toHaveValue(account.user);
});

test('a server that is not there is a sentence', async ({ bed, ui }) => {
  await ui.signIn.enter({ ...bed.account, wsUrl: 'wss://127.0.0.1:9' });
  await ui.signIn.at.check.click();
  await expect(ui.page.getByText(/No server answers at this address|no server at this address/).first()).toBeVisible();
});
