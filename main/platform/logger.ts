import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from './clock.ts';
import { redact } from './redact.ts';

type LogLevel = 'debug' | 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, unknown>>;

/** Writes lines that are redacted before they reach any sink. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  /** `cause` is written with its stack and its own causes. */
  error(message: string, fields?: Fields, cause?: unknown): void;
  /** The same log under another name of its part. */
  part(name: string): Logger;
}

/** A place lines go to; `close` resolves when they are written. */
interface LogSink {
  write(line: string): void;
  close(): Promise<void>;
}

/** The log of the running app: a ring of the last lines for reports, and the sinks. */
export interface LogBook extends Logger {
  /** The newest `capacity` lines, oldest first. */
  recent(): readonly string[];
  close(): Promise<void>;
}

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

function describe(cause: unknown, depth = 0): string {
  if (!(cause instanceof Error)) return String(cause);
  const own = cause.stack ?? `${cause.name}: ${cause.message}`;
  return cause.cause === undefined || depth > 4 ? own : `${own}\ncaused by ${describe(cause.cause, depth + 1)}`;
}

function textOf(fields: Fields): string {
  try {
    return JSON.stringify(fields, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  } catch {
    return '{"fields":"not serialisable"}';
  }
}

/** Builds the log. Lines below `level` are dropped; the ring holds `capacity` lines. */
export function createLogBook(options: {
  readonly clock: Clock;
  readonly level: LogLevel;
  readonly sinks: readonly LogSink[];
  readonly capacity?: number;
}): LogBook {
  const { clock, sinks, capacity = 2000 } = options;
  const ring: string[] = [];
  const put = (level: LogLevel, part: string, message: string, fields?: Fields, cause?: unknown): void => {
    if (ORDER[level] < ORDER[options.level]) return;
    const text = [message, fields && textOf(fields), cause !== undefined && describe(cause)].filter(Boolean).join(' ');
    // One entry is one line: a message from the network cannot forge another.
    const safe = redact(text).replaceAll('\r', '').replaceAll('\n', '\\n');
    const line = `${new Date(clock.now()).toISOString()} ${level} ${part} ${safe}`;
    ring.push(line);
    if (ring.length > capacity) ring.shift();
    for (const sink of sinks) sink.write(line);
  };
  const named = (part: string): Logger => ({
    debug: (message, fields) => put('debug', part, message, fields),
    info: (message, fields) => put('info', part, message, fields),
    warn: (message, fields) => put('warn', part, message, fields),
    error: (message, fields, cause) => put('error', part, message, fields, cause),
    part: (name) => named(name),
  });
  return {
    ...named('app'),
    recent: () => [...ring],
    async close() {
      await Promise.all(sinks.map((sink) => sink.close()));
    },
  };
}

/**
 * Appends to `file` (0600), which becomes `file.1` before it would grow beyond `maxBytes`. Lines of one turn are written
 * together, behind the caller. A disk that refuses is not an error of the app: the ring still has the lines.
 */
export function fileSink(file: string, maxBytes = 4_000_000): LogSink {
  let pending = '';
  let writing: Promise<void> | null = null;
  let size: number | null = null;

  const append = async (text: string): Promise<void> => {
    const bytes = Buffer.byteLength(text);
    if (size === null) {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      size = await stat(file).then(
        (found) => found.size,
        () => 0,
      );
    }
    if (size > 0 && size + bytes > maxBytes) {
      await rename(file, `${file}.1`);
      size = 0;
    }
    await appendFile(file, text, { mode: 0o600 });
    size += bytes;
  };

  const drain = async (): Promise<void> => {
    await Promise.resolve();
    while (pending !== '') {
      const text = pending;
      pending = '';
      await append(text).catch(() => {
        size = null;
      });
    }
    writing = null;
  };

  return {
    write(line) {
      pending += `${line}\n`;
      writing ??= drain();
    },
    async close() {
      await writing;
    },
  };
}

/** A log that goes nowhere, for parts under test. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  part: () => silentLogger,
};
