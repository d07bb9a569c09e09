import type { BrowserWindow, IpcMainInvokeEvent, WebContents } from 'electron';
import path from 'node:path';
import type { EventName, EventOf } from '../../../preload/contract/channels.ts';
import { fail } from '../../../preload/contract/result.ts';
import { EVENT_CHANNEL, INVOKE_CHANNEL } from '../../../preload/contract/wire.ts';
import { covers } from '../content-policy.ts';
import type { ContentPolicy, Dispatch, TrustedWindow } from '../host.ts';
import type { ElectronApi } from './api.ts';
import { isOwnUrl, isTrustedFrame, PAGE_URL } from './origin.ts';

const WRONG_SENDER = fail({ kind: 'wrong_sender', nextStep: 'report_bug', detail: 'Not a window of Offhook' });
const RELOADING = fail({ kind: 'offline', nextStep: 'wait', detail: 'The page is being loaded anew' });
const BROKEN = fail({ kind: 'internal', nextStep: 'report_bug', detail: 'The request ended in an exception' });

interface OpenWindow {
  readonly window: BrowserWindow;
  /** Another page, another id: a lease ends with the page that held it. */
  page: TrustedWindow;
  hasLoaded: boolean;
  /** What its page was served under; null = it is being loaded, under what is in force by then. */
  served: ContentPolicy | null;
  /** What came to be wanted while it was being loaded. */
  wanted: ContentPolicy | null;
}

interface WindowParts {
  readonly outDir: string;
  readonly dispatch: Promise<Dispatch>;
  readonly onGone: (window: TrustedWindow) => void;
  /** What the newest page was served under. */
  readonly servedPolicy: () => ContentPolicy;
  /** The last window is about to close; true = it may, false = it is hidden until the app has ended in order. */
  readonly mayCloseLast: () => boolean;
}

/** The app's windows, and the requests and events that pass between them and main. */
export interface Windows {
  open(): void;
  /** Brings a window to front, or opens one. */
  show(): void;
  push<N extends EventName>(name: N, payload: EventOf<N>, only?: TrustedWindow): void;
  /** Loads every page anew that was served under less than `wanted`. */
  reloadMisfits(wanted: ContentPolicy): void;
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
    const entry = trustedWindow(event, open);
    if (!entry || typeof name !== 'string') return WRONG_SENDER;
    const { page } = entry;
    const dispatch = await parts.dispatch;
    const answer = await dispatch(page, name, payload).catch(() => BROKEN);
    // With what it asked for it would begin work its policy does not allow.
    return entry.served === null && entry.hasLoaded ? RELOADING : answer;
  });

  const forget = (id: number): void => {
    const entry = open.get(id);
    if (!open.delete(id) || !entry) return;
    parts.onGone(entry.page);
  };

  const reloadMisfit = (entry: OpenWindow, wanted: ContentPolicy): void => {
    if (entry.served === null) {
      entry.wanted = wanted;
    } else if (!covers(entry.served, wanted)) {
      entry.served = null;
      entry.window.webContents.reload();
    }
  };

  const renewPage = (entry: OpenWindow): void => {
    if (entry.hasLoaded) {
      parts.onGone(entry.page);
      entry.page = newPage();
    }
    entry.hasLoaded = true;
    entry.served = parts.servedPolicy();
    const { wanted } = entry;
    entry.wanted = null;
    if (wanted) reloadMisfit(entry, wanted);
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
    const entry: OpenWindow = { window, page: newPage(), hasLoaded: false, served: null, wanted: null };
    open.set(id, entry);
    contents.on('did-navigate', () => renewPage(entry));
    contents.on('render-process-gone', () => {
      parts.onGone(entry.page);
      entry.page = newPage();
      entry.hasLoaded = false;
      entry.served = null;
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
    reloadMisfits(wanted) {
      for (const entry of open.values()) reloadMisfit(entry, wanted);
    },
    destroyAll() {
      for (const { window } of open.values()) window.destroy();
    },
  };
}

function trustedWindow(event: IpcMainInvokeEvent, open: ReadonlyMap<number, OpenWindow>): OpenWindow | undefined {
  try {
    return isTrustedFrame(event.senderFrame) ? open.get(event.sender.id) : undefined;
  } catch {
    return undefined;
  }
}
