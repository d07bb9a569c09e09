import './index.css';
import { createClient } from '../preload/contract/client.ts';
import { connectTransport } from './api/transport.ts';
import { mount } from './features/app/mount.tsx';
import { startApp } from './state/start.ts';
import { loadPhone } from './telephony/load.ts';

const transport = connectTransport();
const app = startApp({ client: createClient(transport), loadPhone });
transport.onLink((link) => app.store.setState({ isMainReachable: link === 'up' }));

// A window that goes says goodbye first: a call it held would otherwise be charged until the network notices.
// A page kept for "back" keeps its phone.
window.addEventListener('pagehide', (event) => {
  if (!event.persisted) void app.dispose();
});

const root = document.querySelector('#root');
if (!root) throw new Error('index.html has no #root');
mount(root, app);
