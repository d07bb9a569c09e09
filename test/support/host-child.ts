// A browser host alone in a process, for tests that kill it. Arguments: data folder, out folder, headless yes|no.
import { createBrowserHost } from '../../main/hosts/browser/browser-host.ts';
import { systemClock } from '../../main/platform/clock.ts';
import { ok } from '../../preload/contract/result.ts';

const [dataDir = '', outDir = '', headless = 'yes'] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const start = await createBrowserHost({
  dataDir,
  outDir,
  appVersion: '0.0.0-test',
  headless: headless === 'yes',
  port: null,
  clock: systemClock,
  say,
});
if (start.kind === 'made') {
  const { host } = start;
  process.on('SIGUSR2', () => process.exit(1));
  host.onWindowGone(() => say('window gone'));
  host.onQuit(() => void host.stop().then(() => say('ended')));
  await host.start(async (window, name, payload) => {
    say(`asked ${name}`);
    if (name === 'app.painted') host.push('host.resumed', null, window);
    return ok(payload);
  });
  if (outDir.endsWith('with-child')) {
    host.spawn('child.mjs', ['one', 'two']).onMessage((message) => say(`child says ${JSON.stringify(message)}`));
  }
  say('serving');
} else {
  if (start.kind === 'refused') say(start.sentence);
  process.exitCode = start.kind === 'refused' ? 1 : 0;
}
