import type { MessagePort } from 'node:worker_threads';
import { parentPort, workerData } from 'node:worker_threads';
import { assertNever } from '../../preload/contract/result.ts';
import { startCaretaker } from './caretaker.ts';
import type { NumberedRequest, Tell, ThreadPart, ThreadStart } from './messages.ts';
import { startReader } from './reader.ts';
import { startWriter } from './writer.ts';

function start(begin: ThreadStart, tell: Tell): ThreadPart {
  switch (begin.role) {
    case 'writer':
      return startWriter(begin, tell);
    case 'reader':
    case 'scan':
      return startReader(begin, tell);
    case 'caretaker':
      return startCaretaker(begin, tell);
    default:
      return assertNever(begin.role);
  }
}

/** Entry of every thread of the store: one request after the other, each answered under its number. */
function serve(port: MessagePort): void {
  const tell: Tell = (message) => port.postMessage(message);
  const part = start(workerData as ThreadStart, tell);
  port.on('message', ({ id, request }: NumberedRequest) => {
    tell({ kind: 'answer', id, answer: part.handle(request) });
    // Ends the thread: nothing else keeps its loop alive.
    if (request.op === 'close') port.close();
  });
}

if (!parentPort) throw new Error('The store worker runs as a worker thread only');
serve(parentPort);
