import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate of our own for one address, good for a day. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** What Chromium's --ignore-certificate-errors-spki-list takes: this key and no other is trusted. */
  readonly spkiHash: string;
}

/** Makes a self-signed certificate for the IP address. Node trusts it by NODE_EXTRA_CA_CERTS, Chromium by its key. */
export async function makeCertificate(address: string, folder: string): Promise<Certificate> {
  const certificateFile = path.join(folder, 'certificate.pem');
  const keyFile = path.join(folder, 'key.pem');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  const subject = ['-subj', '/CN=Offhook live suite', '-addext', `subjectAltName=IP:${address}`];
  await run('openssl', [...request, ...subject, '-keyout', keyFile, '-out', certificateFile]);
  const { publicKey } = new X509Certificate(await readFile(certificateFile));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { certificateFile, keyFile, spkiHash: createHash('sha256').update(spki).digest('base64') };
}
