import { contextBridge, ipcRenderer } from 'electron';
import { eventChannels, invokeChannels } from './contract/channels.ts';
import type { Transport } from './contract/client.ts';
import type { Result } from './contract/result.ts';
import { fail } from './contract/result.ts';
import { EVENT_CHANNEL, INVOKE_CHANNEL } from './contract/wire.ts';

const broken = fail({ kind: 'internal', nextStep: 'restart_app', detail: 'The bridge to main is broken' });

/**
 * What the window gets of Electron: the rows of the contract, nothing generic. Neither ipcRenderer nor an IPC event
 * object crosses; an unknown name stops here, and again at the router.
 */
const transport: Transport = {
  async invoke(name, payload) {
    if (!Object.hasOwn(invokeChannels, name)) {
      return fail({ kind: 'invalid_request', nextStep: 'report_bug', detail: 'No such channel' });
    }
    return (ipcRenderer.invoke(INVOKE_CHANNEL, name, payload) as Promise<Result<unknown>>).catch(() => broken);
  },
  subscribe(listener) {
    const pass = (_event: unknown, name: string, payload: unknown): void => {
      if (Object.hasOwn(eventChannels, name)) listener(name, payload);
    };
    ipcRenderer.on(EVENT_CHANNEL, pass);
    return () => ipcRenderer.off(EVENT_CHANNEL, pass);
  },
};

contextBridge.exposeInMainWorld('offhook', transport);
