import { parentPort } from 'node:worker_threads';
import type { NumberedRequest } from '../../main/store/messages.ts';

// The store's own worker, with one weakness: it dies of the word die().
parentPort?.on('message', (message: NumberedRequest) => {
  if (JSON.stringify(message).includes('die()')) process.exit(7);
});
await import('../../main/store/worker.ts');
