// What a utility process runs first: it gives the entry named in its arguments the messages of a forked Node
// (process.send and 'message'), so that one entry serves both hosts.
import { pathToFileURL } from 'node:url';

const port = process.parentPort;
process.send = (message: unknown): boolean => {
  port.postMessage(message);
  return true;
};
// The port starts to flow with its first listener; attached any earlier, messages would pass before anybody listens.
const flow = (name: string | symbol): void => {
  if (name !== 'message') return;
  process.off('newListener', flow);
  port.on('message', (event) => process.emit('message', event.data, undefined));
};
process.on('newListener', flow);

const [entry = ''] = process.argv.splice(2, 1);
await import(pathToFileURL(entry).href);
