import type { Session } from 'electron';
import { isOwnUrl } from './origin.ts';

/** What our page may have, beside the microphone. */
const ALLOWED = new Set([
  'speaker-selection',
  'notifications',
  // A SIP server in the house, or the sandbox on this machine. Which one is decided by the policy's connect-src.
  'local-network',
  'local-network-access',
  'loopback-network',
]);

/** One question of Chromium, in the terms both handlers share. */
interface PermissionQuestion {
  readonly permission: string;
  /** Which devices are asked for; empty or unnamed is no. */
  readonly media: readonly string[];
  readonly url: string;
}

/**
 * Our page may use the microphone and nothing but the microphone, choose a speaker, notify, and reach the servers its
 * policy names wherever they are. Everything else is refused to everybody, names unknown today included.
 */
function mayHave(question: PermissionQuestion): boolean {
  if (!isOwnUrl(question.url)) return false;
  if (question.permission === 'media') return question.media.length === 1 && question.media[0] === 'audio';
  return ALLOWED.has(question.permission);
}

/** Sets both handlers (a page that may not be asked about a device does not see its name) and closes the side doors. */
export function guardPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    answer(details.isMainFrame && mayHave({ permission, media, url: details.requestingUrl }));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) =>
    mayHave({ permission, media: details.mediaType ? [details.mediaType] : [], url: origin }),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
}
