/**
 * True for host names of a URL that mean this machine (RFC 1122 section 3.2.1.3, RFC 6761 section 6.3): only there may
 * http and ws go unencrypted. One rule for all who ask: an address taken in one place must not be refused in the next.
 */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  return hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
