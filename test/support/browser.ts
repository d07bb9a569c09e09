import { access } from 'node:fs/promises';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];
const MAC = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The machine's own Chromium, Chrome or Edge; undefined where there is none. OFFHOOK_BROWSER names another. */
export async function findBrowser(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const chosen = process.env['OFFHOOK_BROWSER'];
  for (const file of [...(chosen === undefined ? [] : [chosen]), ...onPath, ...MAC]) {
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) return file;
  }
  return undefined;
}

/** The microphone hears this file over and over; permission is granted, nothing goes out to the net by itself. */
export function browserArgs(microphoneWav: string): readonly string[] {
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-audio-capture=${microphoneWav}`,
    '--autoplay-policy=no-user-gesture-required',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Only root needs it, as Chromium's sandbox refuses uid 0.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}
