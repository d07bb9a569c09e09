const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const EXIT_INTERRUPTED = 130;

/** The one wish to end the app, however often and by whom it is uttered. */
export interface Quit {
  now(): void;
  /** A listener that comes after the wish is called at once. */
  listen(listener: () => void): void;
  dispose(): void;
}

/** Ctrl-C, SIGTERM and a closed terminal ask for an orderly end; the second Ctrl-C ends the process on the spot. */
export function onceQuit(signals: NodeJS.EventEmitter = process): Quit {
  const listeners: (() => void)[] = [];
  let wanted = false;
  const now = (): void => {
    if (wanted) return;
    wanted = true;
    for (const listener of listeners) listener();
  };
  const interrupted = (): void => {
    if (wanted) process.exit(EXIT_INTERRUPTED);
    now();
  };
  signals.on('SIGINT', interrupted);
  for (const name of SIGNALS) if (name !== 'SIGINT') signals.on(name, now);
  return {
    now,
    listen(listener) {
      if (wanted) listener();
      else listeners.push(listener);
    },
    dispose() {
      signals.off('SIGINT', interrupted);
      for (const name of SIGNALS) signals.off(name, now);
    },
  };
}
