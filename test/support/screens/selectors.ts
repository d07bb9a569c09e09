import type { Locator, Page } from '@playwright/test';

/** Where things are, by role and name only: what a person using a screen reader finds them by. */
export const shellSelectors = (page: Page) => ({
  header: page.getByRole('banner'),
  registration: page.getByRole('button', { name: /About the connection/ }),
  balance: page.getByRole('button', { name: /Balance: how it comes about/ }),
  pane: (name: PaneName): Locator => page.getByRole('navigation', { name: 'Panes' }).getByRole('button', { name }),
  sandboxMark: page.getByRole('banner').getByText('Sandbox: no real calls'),
  userMenu: page.getByRole('button', { name: /^You: / }),
  menuItem: (name: string): Locator => page.getByRole('menuitem', { name }),
});

export type PaneName = 'Phone' | 'History' | 'Usage' | 'Settings';

export const dialerSelectors = (page: Page) => ({
  number: page.getByRole('textbox', { name: 'Phone number' }),
  call: page.getByRole('button', { name: 'Call', exact: true }),
  callEmergency: page.getByRole('button', { name: /^Call \S+ now$/ }),
  perMinute: page.getByText(/per minute/),
});

export const callSelectors = (page: Page) => {
  const card = page.getByRole('region', { name: 'Call', exact: true });
  const ended = page.getByRole('region', { name: 'Ended' });
  const button = (name: string): Locator => card.getByRole('button', { name, exact: true });
  return {
    card,
    duration: card.getByRole('timer'),
    cost: card.getByText(/so far|included in your plan|free of charge|price unknown/),
    mute: button('Mute'),
    unmute: button('Unmute'),
    hold: button('Hold'),
    resume: button('Resume'),
    keypad: button('Keypad'),
    hangUp: button('Hang up'),
    ended,
    close: ended.getByRole('button', { name: 'Close' }),
  };
};

export const ringCardSelectors = (page: Page) => {
  const card = page.getByRole('region', { name: 'Incoming call' });
  return {
    card,
    answer: card.getByRole('button', { name: /^Answer/ }),
    decline: card.getByRole('button', { name: /^Decline/ }),
  };
};

export const usageSelectors = (page: Page) => ({
  title: page.getByRole('heading', { name: 'Usage', level: 1 }),
  rows: page
    .getByRole('table')
    .getByRole('row')
    .filter({ has: page.getByRole('cell') }),
  amountOf: (row: Locator): Locator => row.getByRole('cell').last(),
});

export const historySelectors = (page: Page) => ({
  title: page.getByRole('heading', { name: 'History', level: 1 }),
  rows: page.getByRole('main').getByRole('listitem'),
});

export const settingsSelectors = (page: Page) => ({
  title: page.getByRole('heading', { name: 'Settings', level: 1 }),
});

export const emergencySelectors = (page: Page) => {
  const screen = page.getByRole('alertdialog', { name: 'Use another phone now' });
  const button = (name: RegExp | string): Locator => screen.getByRole('button', { name });
  return {
    screen,
    hangUp: button('Hang up'),
    retry: button(/^Try \S+ again here$/),
    close: button('Close this notice'),
  };
};

export const balanceSelectors = (page: Page) => {
  const dialog = page.getByRole('dialog', { name: 'Balance' });
  return {
    dialog,
    update: dialog.getByRole('button', { name: 'Update now' }),
    close: dialog.getByRole('button', { name: 'Close' }),
  };
};

export const signInSelectors = (page: Page) => ({
  title: page.getByRole('heading', { name: 'Sign in to make calls' }),
  providerAddress: page.getByRole('textbox', { name: 'Provider’s address' }),
  continueInBrowser: page.getByRole('button', { name: 'Continue in the browser' }),
  /** The page to sign in on, as it is told to somebody whose browser did not open. */
  signInAgain: page.getByRole('button', { name: 'Sign in again' }),
  pageAddress: page.getByText(/^http\S+\/oauth\/authorize\?/),
  sipAccount: page.getByRole('radio', { name: 'SIP account' }),
  server: page.getByRole('textbox', { name: 'Server address' }),
  domain: page.getByRole('textbox', { name: 'Domain' }),
  user: page.getByRole('textbox', { name: 'User name' }),
  password: page.getByLabel('Password', { exact: true }),
  check: page.getByRole('button', { name: 'Check' }),
  realm: page.getByText(/The server calls itself/),
  confirm: page.getByRole('button', { name: 'Yes, sign in' }),
  alert: page.getByRole('alert'),
});
