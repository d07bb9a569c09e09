/** The page's address. A standard scheme of our own: the page is a secure context and can reach no file. */
export const SCHEME = 'app';
export const HOST_NAME = 'offhook';
export const PAGE_URL = `${SCHEME}://${HOST_NAME}/`;

/**
 * True for addresses of our own page. `URL.origin` of such a scheme is 'null' in Node, so protocol and host are
 * compared; a port or credentials make it another address.
 */
export function isOwnUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === `${SCHEME}:` && url.host === HOST_NAME && url.username === '';
}

/** What is needed of Electron's WebFrameMain to judge a sender. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: unknown;
}

/** True when a message comes from the top frame of our own page. A frame that is gone or cannot be read is not trusted. */
export function isTrustedFrame(frame: SenderFrame | null): boolean {
  try {
    return frame !== null && frame.parent === null && isOwnUrl(frame.url);
  } catch {
    return false;
  }
}
