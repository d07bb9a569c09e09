import { expect, type Locator, type Page } from '@playwright/test';
import {
  balanceSelectors,
  callSelectors,
  dialerSelectors,
  emergencySelectors,
  historySelectors,
  ringCardSelectors,
  settingsSelectors,
  shellSelectors,
  signInSelectors,
  usageSelectors,
  type PaneName,
} from './selectors.ts';

/** A plain SIP account as somebody types it. */
export interface SipAccount {
  readonly wsUrl: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
}

function shell(page: Page) {
  const at = shellSelectors(page);
  return {
    at,
    /** The header's words about the phone, once they are these. */
    expectRegistration: (words: RegExp | string) => expect(at.registration).toContainText(words, { timeout: 20_000 }),
    open: (name: PaneName) => at.pane(name).click(),
    async signOut() {
      await at.userMenu.click();
      await at.menuItem('Sign out').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    },
  };
}

function dialer(page: Page) {
  const at = dialerSelectors(page);
  return {
    at,
    type: (number: string) => at.number.fill(number),
    /** Types the number and presses Enter, as somebody at a keyboard does. */
    async call(number: string) {
      await at.number.fill(number);
      await expect(at.call).toBeEnabled();
      await at.number.press('Enter');
    },
  };
}

function call(page: Page) {
  const at = callSelectors(page);
  return {
    at,
    expectActive: () => expect(at.card).toContainText('In call', { timeout: 15_000 }),
    hangUp: () => at.hangUp.click(),
    expectEnded: (why: RegExp | string, withinMs = 15_000) =>
      expect(at.ended).toContainText(why, { timeout: withinMs }),
    /** The cost shown, as decimal text without its currency. */
    async shownCost(of: Locator): Promise<string> {
      const text = await of.innerText();
      return /(\d+\.\d{4,6}) [A-Z]{3}/.exec(text)?.[1] ?? '';
    },
  };
}

function ringCard(page: Page) {
  const at = ringCardSelectors(page);
  return {
    at,
    expectRinging: (withinMs = 15_000) => expect(at.card).toBeVisible({ timeout: withinMs }),
    answer: () => at.answer.click(),
    decline: () => at.decline.click(),
  };
}

function usage(page: Page) {
  const at = usageSelectors(page);
  return {
    at,
    /** The newest row's amount as decimal text without sign and currency. */
    async newestAmount(): Promise<string> {
      const text = await at.amountOf(at.rows.first()).innerText();
      return /(\d+\.\d{4,6})/.exec(text)?.[1] ?? '';
    },
  };
}

function emergency(page: Page) {
  const at = emergencySelectors(page);
  return {
    at,
    /** The window is taken by the words of an emergency call that does not help, within the time F-04 gives. */
    expectWords: (words: RegExp | string) => expect(at.screen).toContainText(words, { timeout: 2_000 }),
    async hangUpAndClose() {
      await at.hangUp.click();
      await at.close.click();
      await expect(at.screen).toBeHidden();
    },
  };
}

function balance(page: Page) {
  const at = balanceSelectors(page);
  return {
    at,
    /** Asks the provider again, and leaves. */
    async update() {
      await shellSelectors(page).balance.click();
      await at.update.click();
      await at.close.click();
    },
    /** How the account data stand, in the app's words. */
    async expectAccountData(words: RegExp | string) {
      await shellSelectors(page).balance.click();
      await expect(at.dialog).toContainText(words, { timeout: 25_000 });
      await at.close.click();
    },
  };
}

function signIn(page: Page) {
  const at = signInSelectors(page);
  return {
    at,
    async enter(account: SipAccount) {
      await at.sipAccount.click({ force: true });
      await at.server.fill(account.wsUrl);
      await at.domain.fill(account.domain);
      await at.user.fill(account.user);
      await at.password.fill(account.password);
    },
    /** Signs in at a provider by its address, as the person the provider's page offers first. */
    async withProvider(address: string) {
      await at.providerAddress.fill(address);
      await at.continueInBrowser.click();
      await this.finishInBrowser();
      await expect(shellSelectors(page).header).toBeVisible({ timeout: 20_000 });
    },
    /** Renews a sign-in the provider ended, from the notice that says so. */
    async again() {
      await at.signInAgain.click();
      await this.finishInBrowser();
      await expect(at.signInAgain).toBeHidden({ timeout: 20_000 });
      await expect(at.pageAddress).toBeHidden();
    },
    async finishInBrowser() {
      const browser = await page.context().newPage();
      await browser.goto(await at.pageAddress.innerText());
      await browser.getByRole('button', { name: 'Sign in' }).click();
      await browser.waitForLoadState();
      await browser.close();
    },
    /** Signs in as a person with a plain SIP account does, the realm looked at and confirmed. */
    async withSip(account: SipAccount, realm: string) {
      await this.enter(account);
      await at.check.click();
      await expect(at.realm).toContainText(realm);
      await at.confirm.click();
    },
  };
}

/** The app as somebody uses it: each screen's places (`at`) and verbs. */
export function screens(page: Page) {
  return {
    page,
    shell: shell(page),
    dialer: dialer(page),
    call: call(page),
    ringCard: ringCard(page),
    history: { at: historySelectors(page) },
    usage: usage(page),
    settings: { at: settingsSelectors(page) },
    signIn: signIn(page),
    emergency: emergency(page),
    balance: balance(page),
    /** A sentence somewhere on the screen. */
    says: (words: RegExp | string, withinMs = 10_000) =>
      expect(page.getByText(words).first()).toBeVisible({ timeout: withinMs }),
  };
}

export type Screens = ReturnType<typeof screens>;
