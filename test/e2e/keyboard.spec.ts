import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** More stops than any screen but a long list has. */
const MOST_STOPS = 60;

interface Stop {
  readonly name: string;
  /** A number of its own, so that coming round is noticed. */
  readonly id: number;
  readonly showsFocus: boolean;
  readonly isInWindow: boolean;
}

/** What has the focus, and whether one sees that it has: on itself, on the field around it, or on its drawn part. */
const focused = (page: Page): Promise<Stop | null> =>
  page.evaluate(() => {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement) || at === document.body) return null;
    const ids = ((window as { stops?: Map<Element, number> }).stops ??= new Map());
    if (!ids.has(at)) ids.set(at, ids.size);
    const around: Element[] = [at];
    for (let each = at.parentElement; each && around.length < 4; each = each.parentElement) around.push(each);
    const drawn = [...around, ...(at.closest('label')?.querySelectorAll('*') ?? [])];
    const isOutlined = (each: Element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1;
    };
    const box = (at.closest('label') ?? at).getBoundingClientRect();
    return {
      name: `${at.tagName} ${at.getAttribute('aria-label') ?? at.textContent?.trim().slice(0, 40) ?? ''}`,
      id: ids.get(at) ?? -1,
      showsFocus: drawn.some(isOutlined),
      isInWindow: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    };
  });

/** Controls one could press with the mouse now and must reach by Tab; of a group of radios only the one in force. */
const controls = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      [...document.querySelectorAll<HTMLElement>('button, input, summary, a[href]')].filter((each) => {
        const isOff = each.matches(':disabled') || each.closest('[inert], [aria-hidden=true]') !== null;
        return !isOff && each.tabIndex >= 0 && each.checkVisibility();
      }).length,
  );

/** Presses Tab until it comes round: every control is met once, and each shows the focus. */
async function walk(page: Page, screen: string): Promise<void> {
  const met = new Map<number, string>();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    // Behind the last control the focus is the browser's, and the page begins anew.
    if (now === null) continue;
    if (met.has(now.id)) break;
    met.set(now.id, now.name);
    expect(now, screen).toMatchObject({ showsFocus: true, isInWindow: true });
  }
  expect(met.size, `${screen}: ${[...met.values()].join(', ')}`).toBeGreaterThanOrEqual(
    Math.min(await controls(page), MOST_STOPS),
  );
}

test('by keyboard alone: every control of every screen is reached and shows it; menus and dialogs open, close and give the focus back', async ({
  ui,
}) => {
  test.slow();
  const { page } = ui;
  const { keyboard } = page;
  await ui.shell.expectRegistration('Ready');
  await expect(ui.dialer.at.number).toBeFocused();
  await walk(page, 'Phone');

  await test.step('each pane by its key', async () => {
    for (const [key, pane] of [
      ['2', 'History'],
      ['3', 'Usage'],
      ['4', 'Settings'],
    ] as const) {
      await keyboard.press(`Alt+Digit${key}`);
      await expect(page.getByRole('heading', { name: pane, level: 1 })).toBeVisible();
      await walk(page, pane);
    }
  });

  await test.step('a list by the arrows, its detail by Enter, closed by its button', async () => {
    await keyboard.press('Alt+Digit3');
    const rows = page.locator('[data-row]');
    await rows.first().focus();
    await keyboard.press('ArrowDown');
    await expect(rows.nth(1)).toBeFocused();
    await keyboard.press('Home');
    await expect(rows.first()).toBeFocused();
    await keyboard.press('Enter');
    const detail = page.getByRole('complementary', { name: 'Usage' });
    await expect(detail).toBeVisible();
    await detail.getByRole('button', { name: 'Close' }).press('Enter');
    await expect(detail).toBeHidden();
  });

  await test.step('a menu, a dialog and a choice: opened by Enter, left by Escape, the focus back where it was', async () => {
    const { userMenu, balance, registration } = ui.shell.at;
    await userMenu.focus();
    await keyboard.press('Enter');
    await expect(ui.shell.at.menuItem('Settings')).toBeFocused();
    await keyboard.press('ArrowDown');
    await expect(ui.shell.at.menuItem('Open the provider’s website')).toBeFocused();
    await keyboard.press('Escape');
    await expect(userMenu).toBeFocused();
    for (const opener of [balance, registration]) {
      await opener.focus();
      await keyboard.press('Enter');
      await expect(page.getByRole('dialog')).toBeVisible();
      await walk(page, 'dialog');
      await keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
      await expect(opener).toBeFocused();
    }
    await keyboard.press('Alt+Digit4');
    const ringer = page.getByRole('button', { name: /Ringer$/ });
    await ringer.focus();
    await keyboard.press('Enter');
    await expect(page.getByRole('listbox')).toBeVisible();
    await keyboard.press('Escape');
    await expect(page.getByRole('listbox')).toBeHidden();
    await expect(ringer).toBeFocused();
  });

  await test.step('a call: dialled, walked, ended', async () => {
    await keyboard.press('Alt+Digit1');
    await expect(ui.dialer.at.number).toBeFocused();
    await keyboard.type('*43');
    await keyboard.press('Enter');
    await ui.call.expectActive();
    await walk(page, 'call');
    await keyboard.press('Alt+KeyE');
    await ui.call.expectEnded('You hung up');
  });

  await test.step('out, and the sign-in', async () => {
    await ui.shell.at.userMenu.focus();
    await keyboard.press('Enter');
    await keyboard.press('End');
    await keyboard.press('Enter');
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Sign out' });
    await expect(confirm).toBeVisible();
    await confirm.focus();
    await keyboard.press('Enter');
    await expect(ui.signIn.at.title).toBeVisible();
    await walk(page, 'sign-in by provider');
    await page.getByRole('radio', { name: 'Provider account' }).focus();
    await keyboard.press('ArrowRight');
    await expect(ui.signIn.at.server).toBeVisible();
    await walk(page, 'sign-in by SIP');
  });
});
