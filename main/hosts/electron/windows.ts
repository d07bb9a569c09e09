import type { BrowserWindow, IpcMainInvokeEvent, WebContents } from 'electron';
import path from 'node:path';
import type { EventName, EventOf } from '../../../preload/contract/channels.ts';
import { fail } from '../../../preload/contract/result.ts';
import { EVENT_CHANNEL, INVOKE_CHANNEL } from '../../../preload/contract/wire.ts';
import type { Dispatch, TrustedWindow } from '../host.ts';
import type { ElectronApi } from './api.ts';
import { isOwnUrl, isTrustedFrame, PAGE_URL } from './origin.ts';

const WRONG_SENDER = fail({ kind: 'wrong_sender', nextStep: 'report_bug', detail: 'Not a window of Offhook' });
const BROKEN = fail({ kind: 'internal', nextStep: 'report_bug', detail: 'The request ended in an exception' });

interface OpenWindow {
  readonly window: BrowserWindow;
  /** Another page, another id: a lease ends with the page that held it. */
  page: TrustedWindow;
  hasLoaded: boolean;
}

export interface WindowParts {
  readonly outDir: string;
  readonly dispatch: Promise<Dispatch>;
  readonly onGone: (window: TrustedWindow) => void;
  /** The last window is about to close; true = it may, false = it is hidden until the app has ended in order. */
  readonly mayCloseLast: () => boolean;
}

/** The app's windows, and the requests and events that pass between them and main. */
export interface Windows {
  open(): void;
  /** Brings a window to front, or opens one. */
  show(): void;
  push<N extends EventName>(name: N, payload: EventOf<N>, only?: TrustedWindow): void;
  reloadAll(): void;
  destroyAll(): void;
}

/** Nothing leaves the page: no navigation, no new window, no embedded page. */
export function lockDown(contents: WebContents): void {
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnUrl(event.url)) event.preventDefault();
  });
  contents.on('will-navigate', (event) => {
    if (!isOwnUrl(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Makes the windows and registers the one request handler. Call after `ready`; lockDown is the app's to do. */
export function createWindows(electron: ElectronApi, parts: WindowParts): Windows {
  const open = new Map<number, OpenWindow>();
  let pages = 0;
  const newPage = (): TrustedWindow => ({ id: `page-${++pages}` });

  electron.ipcMain.handle(INVOKE_CHANNEL, async (event: IpcMainInvokeEvent, name: unknown, payload: unknown) => {
    // Read at once: the frame may be gone after the first wait.
    const page = trustedPage(event, open);
    if (!page || typeof name !== 'string') return WRONG_SENDER;
    const dispatch = await parts.dispatch;
    return dispatch(page, name, payload).catch(() => BROKEN);
  });

  const forget = (id: number): void => {
    const entry = open.get(id);
    if (!open.delete(id) || !entry) return;
    parts.onGone(entry.page);
  };

  const renewPage = (entry: OpenWindow): void => {
    if (entry.hasLoaded) {
      parts.onGone(entry.page);
      entry.page = newPage();
    }
    entry.hasLoaded = true;
  };

  const openOne = (): void => {
    const window = new electron.BrowserWindow({
      width: 1080,
      height: 760,
      minWidth: 320,
      minHeight: 560,
      title: 'Offhook',
      icon: path.join(parts.outDir, 'assets/icons/icon.png'),
      webPreferences: {
        preload: path.join(parts.outDir, 'preload/bridge.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        // The timers of a hidden window still register and ring.
        backgroundThrottling: false,
        devTools: !electron.app.isPackaged,
      },
    });
    const { webContents: contents } = window;
    const { id } = contents;
    const entry: OpenWindow = { window, page: newPage(), hasLoaded: false };
    open.set(id, entry);
    contents.on('did-navigate', () => renewPage(entry));
    contents.on('render-process-gone', () => {
      parts.onGone(entry.page);
      entry.page = newPage();
      entry.hasLoaded = false;
    });
    window.on('close', (event) => {
      if (open.size > 1 || parts.mayCloseLast()) return;
      event.preventDefault();
      window.hide();
    });
    window.on('closed', () => forget(id));
    void window.loadURL(PAGE_URL);
  };

  return {
    open: openOne,
    show() {
      const [first] = open.values();
      if (!first) return openOne();
      if (first.window.isMinimized()) first.window.restore();
      first.window.show();
      return first.window.focus();
    },
    push(name, payload, only) {
      for (const { window, page } of open.values()) {
        if (only && only.id !== page.id) continue;
        if (!window.webContents.isDestroyed()) window.webContents.send(EVENT_CHANNEL, name, payload);
      }
    },
    reloadAll() {
      for (const { window } of open.values()) window.webContents.reload();
    },
    destroyAll() {
      for (const { window } of open.values()) window.destroy();
    },
  };
}

function trustedPage(event: IpcMainInvokeEvent, open: ReadonlyMap<number, OpenWindow>): TrustedWindow | undefined {
  try {
    return isTrustedFrame(event.senderFrame) ? open.get(event.sender.id)?.page : undefined;
  } catch {
    return undefined;
  }
}
