import { parseParams } from '../message/uri.ts';

/** The dialog an INVITE with Replaces takes over (RFC 3891 section 3), as the one that is asked names it. */
export interface Replaces {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly earlyOnly: boolean;
}

/** Reads a Replaces value; undefined where it names no whole dialog. */
export function parseReplaces(value: string): Replaces | undefined {
  const at = value.indexOf(';');
  const params = parseParams(at < 0 ? '' : value.slice(at));
  const callId = (at < 0 ? value : value.slice(0, at)).trim();
  const [localTag, remoteTag] = [params.get('to-tag'), params.get('from-tag')];
  if (callId === '' || !localTag || !remoteTag) return undefined;
  return { callId, localTag, remoteTag, earlyOnly: params.has('early-only') };
}
