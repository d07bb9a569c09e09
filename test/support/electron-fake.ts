import { EventEmitter } from 'node:events';
import type { ElectronApi } from '../../main/hosts/electron/api.ts';
import type { SenderFrame } from '../../main/hosts/electron/origin.ts';
import type { Result } from '../../preload/contract/result.ts';

type Handler = (event: FakeSender, name: unknown, payload: unknown) => Promise<Result<unknown>>;
type SchemeHandler = (request: Request) => Promise<Response>;
type RequestHandler = (
  contents: unknown,
  permission: string,
  answer: (granted: boolean) => void,
  details: object,
) => void;
type CheckHandler = (contents: unknown, permission: string, origin: string, details: object) => boolean;

/** What an ipcMain handler gets to judge a sender by. */
export interface FakeSender {
  readonly sender: { readonly id: number };
  readonly senderFrame: SenderFrame | null;
}

/** An event that can be prevented, as Electron passes it. */
export function preventable<T extends object>(
  details: T = {} as T,
): T & { preventDefault(): void; readonly prevented: () => boolean } {
  let isPrevented = false;
  return { ...details, preventDefault: () => (isPrevented = true), prevented: () => isPrevented };
}

export class FakeContents extends EventEmitter {
  static #ids = 0;
  readonly id = ++FakeContents.#ids;
  readonly sent: unknown[][] = [];
  reloads = 0;
  openHandler: ((details: { url: string }) => { action: string }) | undefined;

  send(...message: unknown[]): void {
    this.sent.push(message);
  }
  reload(): void {
    this.reloads++;
    this.emit('did-navigate', {});
  }
  isDestroyed(): boolean {
    return false;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents: FakeContents;
  readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> };
  readonly done: string[] = [];
  url = '';

  constructor(options: FakeWindow['options'], contents: FakeContents) {
    super();
    this.options = options;
    this.webContents = contents;
  }
  loadURL(url: string): Promise<void> {
    this.url = url;
    this.webContents.emit('did-navigate', {}, url);
    return Promise.resolve();
  }
  isMinimized(): boolean {
    return false;
  }
  show(): void {
    this.done.push('show');
  }
  focus(): void {
    this.done.push('focus');
  }
  hide(): void {
    this.done.push('hide');
  }
  restore(): void {
    this.done.push('restore');
  }
  /** What a click on the window's close button does. */
  close(): void {
    const event = preventable();
    this.emit('close', event);
    if (!event.prevented()) this.destroy();
  }
  destroy(): void {
    this.done.push('destroy');
    this.emit('closed');
  }
}

export class FakeUtility extends EventEmitter {
  readonly pid = undefined;
  readonly posted: unknown[] = [];
  readonly module: string;
  readonly args: readonly string[];

  constructor(module: string, args: readonly string[]) {
    super();
    this.module = module;
    this.args = args;
  }
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  kill(): boolean {
    this.emit('exit', 0);
    return true;
  }
}

/** Electron without Electron: what the host does to it can be read, and what Electron would do can be done. */
export class ElectronFake {
  readonly app = Object.assign(new EventEmitter(), {
    isPackaged: true,
    calls: new Array<string>(),
    paths: new Map<string, string>(),
    hasLock: true,
    setName: () => undefined,
    setAppUserModelId: () => undefined,
    enableSandbox: () => void this.app.calls.push('enableSandbox'),
    setPath: (name: string, value: string) => void this.app.paths.set(name, value),
    requestSingleInstanceLock: () => this.app.hasLock,
    whenReady: () => {
      this.app.calls.push('whenReady');
      return Promise.resolve();
    },
    quit: () => {
      const event = preventable();
      this.app.emit('before-quit', event);
      if (!event.prevented()) this.app.calls.push('quit');
    },
  });
  readonly windows: FakeWindow[] = [];
  readonly handlers = new Map<string, Handler>();
  readonly schemes: { scheme: string; privileges: object }[] = [];
  readonly notices: { title: string; body: string }[] = [];
  readonly opened: string[] = [];
  /** False where no program of the system opens an address. */
  hasBrowser = true;
  readonly utilities: FakeUtility[] = [];
  readonly blockers = new Set<number>();
  readonly powerMonitor = new EventEmitter();
  readonly vault = { backend: 'gnome_libsecret', available: true, broken: false };
  menu: unknown = 'default';
  scheme: SchemeHandler | undefined;
  requestPermission: RequestHandler | undefined;
  checkPermission: CheckHandler | undefined;

  /** The stand-in as the host takes it. The parts above are all that the host may touch; another one would be undefined. */
  api(): ElectronApi {
    const api = {
      app: this.app,
      BrowserWindow: this.#windowClass(),
      ipcMain: { handle: (channel: string, handler: Handler) => this.handlers.set(channel, handler) },
      Menu: { setApplicationMenu: (menu: unknown) => (this.menu = menu), buildFromTemplate: () => ({}) },
      Notification: this.#notificationClass(),
      powerMonitor: this.powerMonitor,
      powerSaveBlocker: {
        start: () => {
          const id = this.blockers.size + 1;
          this.blockers.add(id);
          return id;
        },
        stop: (id: number) => this.blockers.delete(id),
      },
      protocol: { registerSchemesAsPrivileged: (list: []) => this.schemes.push(...list) },
      safeStorage: this.#safeStorage(),
      session: { defaultSession: this.#session() },
      shell: {
        openExternal: (url: string) => {
          if (!this.hasBrowser) return Promise.reject(new Error('No application'));
          this.opened.push(url);
          return Promise.resolve();
        },
      },
      utilityProcess: {
        fork: (module: string, args: readonly string[]) => {
          const utility = new FakeUtility(module, args);
          this.utilities.push(utility);
          return utility;
        },
      },
    };
    return api as unknown as ElectronApi;
  }

  /** The first window; throws when there is none. */
  window(): FakeWindow {
    const [first] = this.windows;
    if (!first) throw new Error('No window');
    return first;
  }

  /** Asks main as the given sender would. */
  invoke(sender: FakeSender, name: unknown, payload: unknown = null): Promise<Result<unknown>> {
    const handler = this.handlers.get('offhook:invoke');
    if (!handler) throw new Error('No handler');
    return handler(sender, name, payload);
  }

  #windowClass(): unknown {
    const { windows, app } = this;
    return class extends FakeWindow {
      constructor(options: FakeWindow['options']) {
        const contents = new FakeContents();
        super(options, contents);
        windows.push(this);
        app.emit('web-contents-created', {}, contents);
      }
    };
  }

  #notificationClass(): unknown {
    const { notices } = this;
    return class extends EventEmitter {
      static isSupported(): boolean {
        return true;
      }
      readonly #notice: { title: string; body: string };
      constructor(notice: { title: string; body: string }) {
        super();
        this.#notice = notice;
      }
      show(): void {
        notices.push(this.#notice);
      }
      close(): void {
        this.emit('close');
      }
    };
  }

  #safeStorage(): object {
    const { vault } = this;
    return {
      isAsyncEncryptionAvailable: async () => vault.available,
      getSelectedStorageBackend: () => vault.backend,
      encryptStringAsync: async (text: string) => Buffer.from(text.split('').toReversed().join('')),
      decryptStringAsync: async (data: Buffer) => {
        if (vault.broken) throw new Error('Error while decrypting');
        return { result: data.toString().split('').toReversed().join(''), shouldReEncrypt: false };
      },
    };
  }

  #session(): object {
    return {
      setPermissionRequestHandler: (handler: RequestHandler) => (this.requestPermission = handler),
      setPermissionCheckHandler: (handler: CheckHandler) => (this.checkPermission = handler),
      setDevicePermissionHandler: () => undefined,
      setDisplayMediaRequestHandler: () => undefined,
      protocol: { handle: (_scheme: string, handler: SchemeHandler) => (this.scheme = handler) },
    };
  }
}
