import { AxeBuilder } from '@axe-core/playwright';
import { THEMES } from '../support/screen-harness/themes.ts';
import { expect, test } from './fixtures.ts';

const WIDTHS = [
  ['full width', { width: 1280, height: 800 }],
  ['320 px', { width: 320, height: 640 }],
] as const;

for (const [name, viewport] of WIDTHS) {
  for (const [theme, media] of Object.entries(THEMES)) {
    // The narrow layouts in the system's own colours are test/integration/screen-states.
    if (viewport.width < 480 && (theme === 'forced' || theme === 'contrast')) continue;
    test.describe(`${name}, ${theme}`, () => {
      test.use({ viewport });

      test('axe finds nothing on any screen', async ({ ui }) => {
        await ui.page.emulateMedia(media);
        const scan = async (screen: string) => {
          const { violations } = await new AxeBuilder({ page: ui.page }).analyze();
          const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)}`));
          expect(found, screen).toStrictEqual([]);
        };
        await ui.shell.expectRegistration('Ready');
        for (const pane of ['Phone', 'History', 'Usage', 'Settings'] as const) {
          await ui.shell.open(pane);
          await expect(ui.page.getByRole('main')).toBeVisible();
          await scan(pane);
        }
        await ui.shell.open('Phone');
        await ui.dialer.call('+15005550001');
        await ui.call.expectActive();
        await scan('call');
        await ui.call.hangUp();
        await ui.call.expectEnded('You hung up');
        await scan('ended call');
        await ui.shell.signOut();
        await expect(ui.signIn.at.title).toBeVisible();
        await scan('sign-in');
      });
    });
  }
}
