import type { LinkedTransport } from './transport.ts';

/** Connects to the browser host that served this page. */
export function connectBrowserTransport(): LinkedTransport {
  return {
    invoke: async () => ({ ok: false, error: { kind: 'offline', nextStep: 'restart_app', detail: 'Not connected' } }),
    subscribe: () => () => undefined,
    onLink: () => () => undefined,
  };
}
