import path from 'node:path';
import type { ElectronApi } from './api.ts';

interface TrayParts {
  readonly outDir: string;
  readonly show: () => void;
  readonly quit: () => void;
}

/**
 * A tray icon with Show and Quit. False where there is none to rely on: on Linux it depends on the desktop, and nobody
 * tells the app whether it is drawn.
 */
export function createTray(electron: ElectronApi, parts: TrayParts, platform = process.platform): boolean {
  if (platform === 'linux') return false;
  const tray = new electron.Tray(path.join(parts.outDir, 'assets/icons/tray.png'));
  tray.setToolTip('Offhook');
  tray.setContextMenu(
    electron.Menu.buildFromTemplate([
      { label: 'Show Offhook', click: parts.show },
      { label: 'Quit', click: parts.quit },
    ]),
  );
  tray.on('click', parts.show);
  return true;
}
