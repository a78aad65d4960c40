// The certificates of the TLS tests (certs/make.sh) and contexts made of them.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createDefaultContext } from '../../../src/net/tls/createDefaultContext.ts';
import { SSLContext } from '../../../src/net/tls/sslContext.ts';

export type Named = 'server' | 'other' | 'client' | 'stranger' | 'expired';

export const certificates: string = fileURLToPath(new URL('./certs/', import.meta.url));

export function certificateFile(name: Named | 'ca'): string {
  return `${certificates}${name}.crt`;
}

export function keyFile(name: Named | 'locked'): string {
  return `${certificates}${name}.key`;
}

/** Certificate and key as text. */
export function pem(name: Named): { cert: string; key: string } {
  return { cert: readFileSync(certificateFile(name), 'utf8'), key: readFileSync(keyFile(name), 'utf8') };
}

/** A server's context with a certificate, for localhost unless another is named. */
export function serverContext(name: Named = 'server'): SSLContext {
  const context = new SSLContext('server');
  context.loadCertChain({ certfile: certificateFile(name), keyfile: keyFile(name) });
  return context;
}

/** A client's context that trusts the tests' authority. */
export function clientContext(): SSLContext {
  return createDefaultContext('serverAuth', { cafile: certificateFile('ca') });
}
