import type { Transport } from '../../preload/contract/client.ts';
import { connectBrowserTransport } from './browser-transport.ts';
import type { LinkedTransport } from './link.ts';

declare global {
  interface Window {
    /** Set by preload/bridge.ts in the Electron host; absent in the browser host. */
    readonly offhook?: Transport;
  }
}

/** The way to main this page was given: Electron's bridge where there is one, else the loopback WebSocket. */
export function connectTransport(): LinkedTransport {
  const bridge = window.offhook;
  if (!bridge) return connectBrowserTransport();
  return {
    invoke: (name, payload) => bridge.invoke(name, payload),
    subscribe: (listener) => bridge.subscribe(listener),
    // Electron ends the window together with main.
    onLink: () => () => undefined,
  };
}
