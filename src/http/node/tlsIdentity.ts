// Who a server is to TLS: one identity, or several for several names, and others later without a pause.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import { InvalidArgumentError, UnsupportedError } from '../../asyncio.ts';
import { runtime } from '../../lowlevel.ts';

/** A certificate with its key, as `node:tls` takes them (`cert`, `key`, `ca`, `passphrase`, `pfx`, …).
 * @example
 * ```ts
 * import type { TlsIdentity } from 'asyncio-ts/http';
 * const identity: TlsIdentity = { serverName: 'example.org', cert: '-----BEGIN …', key: '-----BEGIN …' };
 * console.log(identity.serverName); // -> example.org
 * ```
 */
export interface TlsIdentity extends SecureContextOptions {
  /** The name it is for, or `*.example.org` for all below one; the first identity serves whoever asks for no other. */
  serverName?: string | undefined;
}

type Answer = (error: Error | null, context?: SecureContext) => void;

export class TlsIdentities {
  #first: TlsIdentity;
  #byName: Map<string, SecureContext> = new Map();

  /** @throws InvalidArgumentError for what is no certificate and key */
  constructor(given: TlsIdentity | readonly TlsIdentity[]) {
    this.#first = this.#take(given);
  }

  /** The one for who asks for no other. */
  get first(): TlsIdentity {
    return this.#first;
  }

  /** Other ones from now on; handshakes under way end with the old. @throws InvalidArgumentError, and nothing changes */
  replace(given: TlsIdentity | readonly TlsIdentity[]): void {
    this.#first = this.#take(given);
  }

  readonly choose = (name: string, answer: Answer): void => {
    const lower = name.toLowerCase();
    const context =
      this.#byName.get(lower) ?? this.#byName.get(`*${lower.slice(Math.max(0, lower.indexOf('.')))}`);
    answer(null, context);
  };

  #take(given: TlsIdentity | readonly TlsIdentity[]): TlsIdentity {
    const all = Array.isArray(given) ? (given as readonly TlsIdentity[]) : [given as TlsIdentity];
    const byName = new Map<string, SecureContext>();
    const [first, ...others] = all;
    if (runtime().name === 'bun' && others.length > 0)
      throw new UnsupportedError('Bun shows one certificate to all, whatever name they ask for');
    if (first === undefined)
      throw new InvalidArgumentError('tls', 'tls has a certificate with its key, at least');
    for (const identity of all) {
      const { cert, key, pfx, serverName } = identity ?? {};
      if (pfx === undefined && (cert === undefined || key === undefined))
        throw new InvalidArgumentError('tls', 'an identity for TLS has cert and key, or pfx');
      let context: SecureContext;
      try {
        context = createSecureContext(identity);
        checkPair(identity);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new InvalidArgumentError('tls', `the certificate or its key can't be used: ${reason}`, {
          cause,
        });
      }
      if (serverName !== undefined) byName.set(serverName.toLowerCase(), context);
    }
    this.#byName = byName;
    return first;
  }
}

/** Not every host looks at them before the first handshake. */
function checkPair({ cert, key, passphrase }: TlsIdentity): void {
  if (!isText(cert) || !isText(key)) return;
  const secret = createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) });
  if (!new X509Certificate(cert).checkPrivateKey(secret)) throw new Error('they do not belong together');
}

function isText(value: unknown): value is string | Buffer {
  return typeof value === 'string' || value instanceof Uint8Array;
}
