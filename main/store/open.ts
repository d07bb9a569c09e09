import { existsSync } from 'node:fs';
import type { AppError, Result } from '../../preload/contract/result.ts';
import { assertNever, fail, ok } from '../../preload/contract/result.ts';
import type { Clock } from '../platform/clock.ts';
import { systemClock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { storeError } from './faults.ts';
import { pathOf } from './files.ts';
import type { Lane } from './lane.ts';
import { createLane } from './lane.ts';
import type { Answer, FileState, Request, ThreadMessage, ThreadRole } from './messages.ts';
import { STORE_FILES } from './messages.ts';
import { createNoticeBoard } from './notices.ts';
import type { SqlParams, Store, StoreFile } from './store.ts';
import { startThread } from './thread.ts';

/** The files are read through this long after the start, when the window has painted and registered. */
export const CARE_DELAY_MS = 10_000;

/** A file is mended this often in one run; one that breaks again after that needs the person, not another try. */
const MAX_MENDS = 2;

interface StoreOptions {
  /** The folder of one account; made when it is not there. No other process may have it open. */
  readonly directory: string;
  /** The built worker, or main/store/worker.ts where Node strips types. */
  readonly workerUrl: URL;
  readonly clock?: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

type ReadRequest = Extract<Request, { readonly op: 'read' }>;

const closedError = (file: StoreFile): AppError => storeError(file, 'closed', 'The store is closed or its thread died');

/**
 * Opens the three files of one account on their threads. Resolves at once: reads are answered as soon as the reader has
 * its file open, writes when the writer has. What is wrong with the files shows in `notices` and in the Results.
 */
export function openStore(options: StoreOptions): Promise<Store> {
  return Promise.resolve(createStore(options));
}

function createStore({ directory, workerUrl, log, clock = systemClock }: StoreOptions): Store {
  const board = createNoticeBoard();
  const states = new Map<StoreFile, FileState>();
  /** How often the writer put another file in a file's place, or gave it up. */
  const replaced = new Map<StoreFile, number>();
  const mending = new Map<StoreFile, Promise<boolean>>();
  const mends = new Map<StoreFile, number>();
  let caring: Promise<void> | undefined;
  let closing: Promise<void> | undefined;

  const onMessage = (role: ThreadRole) => (message: Exclude<ThreadMessage, { readonly kind: 'answer' }>) => {
    switch (message.kind) {
      case 'ready':
        // Only now: two threads booting at once would each take half as long again, and the first paint needs this one.
        if (role === 'reader') writer.start();
        return;
      case 'slow':
        log.warn('A slow statement', {
          thread: role,
          file: message.file,
          ms: message.ms,
          rows: message.rows,
          sql: message.sql,
        });
        return;
      case 'trouble':
        log.warn(message.message, { thread: role });
        return;
      case 'opened':
        if (message.notice) {
          log.warn('A file of the store was not in order', { ...message.notice });
          board.put(message.notice);
          replaced.set(message.file, (replaced.get(message.file) ?? 0) + 1);
          // A reader may still hold the file that was set aside.
          void release(message.file);
        }
        states.set(message.file, message.state);
        return;
      default:
        assertNever(message);
    }
  };

  const laneFor = (role: ThreadRole, onDeath: (lost: boolean) => void): Lane =>
    createLane(
      (died) =>
        startThread(workerUrl, { role, directory, nowMs: clock.now() }, { onMessage: onMessage(role), onDeath: died }),
      (cause, lost) => {
        log.error('A thread of the store died', { thread: role, lost }, cause);
        onDeath(lost);
      },
    );

  const writer = laneFor('writer', (lost) => {
    if (!lost) {
      writer.start();
      return;
    }
    for (const file of STORE_FILES) {
      board.put({ file, fault: 'closed', outcome: 'unavailable' });
      // What is on disk can still be read.
      if (states.get(file)?.kind !== 'disk') states.set(file, { kind: 'unavailable', fault: 'closed' });
    }
  });
  const reader = laneFor('reader', () => writer.start());
  const scanner = laneFor('scan', () => undefined);

  async function release(file: StoreFile): Promise<void> {
    await Promise.all([reader.tell({ op: 'release', file }), scanner.tell({ op: 'release', file })]);
  }

  const whenOpened = async (file: StoreFile): Promise<void> => {
    // Once more for a writer that died while opening; a lost one has given every file its state.
    while (!states.has(file) && !writer.isLost()) await writer.ask({ op: 'await_opened' });
  };

  /** Has a damaged file mended once, however many requests met the damage. False = it was tried often enough. */
  const mend = (file: StoreFile): Promise<boolean> => {
    const running = mending.get(file);
    if (running) return running;
    const done = mends.get(file) ?? 0;
    if (done >= MAX_MENDS) return Promise.resolve(false);
    mends.set(file, done + 1);
    const work = release(file)
      .then(() => writer.ask({ op: 'mend', file, nowMs: clock.now() }))
      .then((answer) => answer?.kind === 'done')
      .finally(() => mending.delete(file));
    mending.set(file, work);
    return work;
  };

  const readOnce = async (lane: Lane, request: ReadRequest): Promise<Answer | undefined> => {
    const { file } = request;
    const state = states.get(file);
    if (state?.kind === 'unavailable') {
      return { kind: 'failed', error: storeError(file, state.fault, 'The file is not available') };
    }
    if (state?.kind === 'memory' || lane.isLost()) return writer.ask(request);
    const answer = await lane.ask(request);
    if (answer?.kind !== 'not_readable') return answer;
    if (state) return { kind: 'failed', error: answer.error };
    await whenOpened(file);
    return readOnce(lane, request);
  };

  const mendingWhereDamaged = async (
    file: StoreFile,
    run: () => Promise<Answer | undefined>,
  ): Promise<Answer | undefined> => {
    const before = replaced.get(file);
    const answer = await run();
    const damaged = answer?.kind === 'failed' && answer.error.kind === 'store' && answer.error.fault === 'corrupt';
    if (!damaged) return answer;
    // The writer may be about to judge the file, or another request may have had it mended meanwhile.
    await whenOpened(file);
    if (replaced.get(file) !== before) return run();
    if (states.get(file)?.kind !== 'disk') return answer;
    return (await mend(file)) ? run() : answer;
  };

  const readVia = async <Row>(
    lane: Lane,
    file: StoreFile,
    sql: string,
    params: SqlParams,
  ): Promise<Result<readonly Row[]>> => {
    if (closing) return fail(closedError(file));
    const request: ReadRequest = { op: 'read', file, sql, params };
    const answer = await mendingWhereDamaged(file, () => readOnce(lane, request));
    if (answer?.kind === 'rows') return ok(answer.rows as readonly Row[]);
    return fail(answer?.kind === 'failed' ? answer.error : closedError(file));
  };

  const write: Store['write'] = async (file, statements) => {
    if (closing) return fail(closedError(file));
    const answer = await mendingWhereDamaged(file, () => writer.ask({ op: 'write', file, statements }));
    if (answer?.kind === 'written') {
      board.writeWorked(file);
      return ok(answer.outcome);
    }
    const error = answer?.kind === 'failed' ? answer.error : closedError(file);
    const refused = error.kind === 'store' && (error.fault === 'disk_full' || error.fault === 'read_only');
    if (refused && error.kind === 'store' && states.get(file)?.kind === 'disk') board.writeRefused(file, error.fault);
    return fail(error);
  };

  const care = async (): Promise<void> => {
    const files = STORE_FILES.filter((file) => states.get(file)?.kind === 'disk');
    const caretaker = laneFor('caretaker', () => undefined);
    const answer = await caretaker.ask({ op: 'care', files, nowMs: clock.now() });
    await caretaker.end(clock.now());
    if (answer?.kind === 'damaged') await Promise.all(answer.files.map(mend));
  };
  const cancelCare = clock.after(CARE_DELAY_MS, () => {
    caring = care();
  });

  const close = async (): Promise<void> => {
    cancelCare();
    await caring;
    await Promise.all(mending.values());
    await Promise.all([reader.end(clock.now()), scanner.end(clock.now())]);
    await writer.end(clock.now());
  };

  reader.start();
  // Nothing to read yet, so the writer has to make it first.
  if (!existsSync(pathOf(directory, 'cache'))) writer.start();

  return {
    read: (file, sql, params = []) => readVia(reader, file, sql, params),
    scan: (file, sql, params = []) => readVia(scanner, file, sql, params),
    write,
    notices: () => board.current(),
    onNotice: (listener) => board.subscribe(listener),
    async eraseCache() {
      await whenOpened('cache');
      await release('cache');
      states.set('cache', { kind: 'unavailable', fault: 'closed' });
      const answer = await writer.ask({ op: 'erase', file: 'cache' });
      if (answer?.kind === 'done') return ok(null);
      return fail(answer?.kind === 'failed' ? answer.error : closedError('cache'));
    },
    async scrub(file) {
      const answer = closing ? undefined : await writer.ask({ op: 'scrub', file, nowMs: clock.now() });
      if (answer?.kind === 'done') return ok(null);
      return fail(answer?.kind === 'failed' ? answer.error : closedError(file));
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
