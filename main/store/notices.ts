import type { StoreNotice } from '../../preload/contract/sync-status.ts';
import type { StoreFault } from '../../preload/contract/result.ts';
import { STORE_FILES } from './messages.ts';
import type { StoreFile } from './store.ts';

/** What the person must know of the files: one notice a file at most, the newest. */
interface NoticeBoard {
  current(): readonly StoreNotice[];
  subscribe(listener: (notices: readonly StoreNotice[]) => void): () => void;
  put(notice: StoreNotice): void;
  /** A write was refused by the disk. Taken back by writeWorked; never hides what happened to the file before. */
  writeRefused(file: StoreFile, fault: StoreFault): void;
  writeWorked(file: StoreFile): void;
}

const sameNotice = (a: StoreNotice | undefined, b: StoreNotice): boolean =>
  a !== undefined && a.fault === b.fault && a.outcome === b.outcome;

/** An empty board. Listeners hear the whole new list, only when it changed. */
export function createNoticeBoard(): NoticeBoard {
  const lasting = new Map<StoreFile, StoreNotice>();
  const passing = new Map<StoreFile, StoreNotice>();
  const listeners = new Set<(notices: readonly StoreNotice[]) => void>();

  const current = (): readonly StoreNotice[] =>
    STORE_FILES.flatMap((file) => {
      const notice = passing.get(file) ?? lasting.get(file);
      return notice ? [notice] : [];
    });
  const changed = (): void => {
    const now = current();
    for (const listener of listeners) listener(now);
  };

  return {
    current,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    put(notice) {
      if (sameNotice(lasting.get(notice.file), notice)) return;
      lasting.set(notice.file, notice);
      changed();
    },
    writeRefused(file, fault) {
      // What is new since then lives only as long as the app does; money waits for a disk that takes it.
      const notice: StoreNotice = { file, fault, outcome: file === 'intents' ? 'unavailable' : 'memory_only' };
      if (sameNotice(passing.get(file), notice)) return;
      passing.set(file, notice);
      changed();
    },
    writeWorked(file) {
      if (passing.delete(file)) changed();
    },
  };
}
