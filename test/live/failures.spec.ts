import { SCENARIO_USER } from '../support/live/bed.ts';
import { EARLY_MEDIA_THEN_ANSWER, refusesWith, SILENT } from '../support/live/scenarios.ts';
import { expect, test } from './fixtures.ts';

/** The phone company's code, and the sentence the person reads. */
const SENTENCES = [
  [403, 'Your provider does not allow this call'],
  [404, 'This number does not exist'],
  [408, 'The phone company did not answer'],
  [480, 'They cannot be reached at the moment'],
  [484, 'This number is not complete'],
  [486, 'They are busy'],
  [488, 'Their phone and yours share no way to send sound'],
  [500, 'The phone company has a fault'],
  [503, 'The phone company is out of order at the moment'],
  [603, 'They declined the call'],
] as const;

test('each refusal of the network is a plain sentence, with the code one click away', async ({ bed, signedIn: ui }) => {
  for (const [code, sentence] of SENTENCES) {
    await test.step(`${code}`, async () => {
      const player = await bed.play(refusesWith(code));
      await ui.dialer.call(SCENARIO_USER);
      await ui.call.expectEnded(sentence);
      await ui.call.at.ended.getByText('Technical details').click();
      await expect(ui.call.at.ended).toContainText(String(code));
      await ui.call.at.close.click();
      await player.stop();
    });
  }
});

test('somebody who never answers is given up with a sentence', async ({ bed, signedIn: ui }) => {
  await bed.play(SILENT);
  await ui.dialer.call(SCENARIO_USER);
  await ui.call.expectEnded('The phone company did not answer', 20_000);
});

test('early media, then an answer: one call, which we end', async ({ bed, signedIn: ui }) => {
  const player = await bed.play(EARLY_MEDIA_THEN_ANSWER);
  await ui.dialer.call(SCENARIO_USER);
  await ui.call.expectActive();
  await ui.call.hangUp();
  await ui.call.expectEnded('You hung up');
  expect(await player.ended).toBe(0);
});

test('hung up before the answer: the far side is told, and no call is left', async ({ bed, signedIn: ui }) => {
  const player = await bed.play([
    { kind: 'respond', code: 180, reason: 'Ringing' },
    { kind: 'expect', method: 'CANCEL' },
    { kind: 'ok' },
  ]);
  await ui.dialer.call(SCENARIO_USER);
  await expect(ui.call.at.card).toContainText('Ringing');
  await ui.call.at.card.getByRole('button', { name: /Hang up|Cancel the call/ }).click();
  await ui.call.expectEnded('You hung up before they answered');
  expect(await player.ended).toBe(0);
});
