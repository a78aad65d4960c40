// SSLContext: what one side brings to TLS connections, under Python's names. It keeps what it was told and
// makes the host's secure context from it when the first connection needs it, again after a change.
//
// The rules between `checkHostname` and `verifyMode` are Python's: a checked name needs a checked certificate.

import { showAsText } from '../../base/show.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { createSecureContext, defaultAuthorities } from '../../sys/host/tls.ts';
import type { NodeSecureContext, NodeSecureContextOptions } from '../../sys/host/tls.ts';
import type { TlsContext } from '../../transport/tls.ts';
import { certificateSource, readPem, readPems } from './pem.ts';
import type { CertChain, VerifyLocations } from './pem.ts';
import { fromTlsError } from './sslErrors.ts';

/** Whether the other side's certificate is asked for and checked. */
export type VerifyMode = 'none' | 'optional' | 'required';
/** No certificate is asked for, or whatever comes is taken. */
export const CERT_NONE: VerifyMode = 'none';
/** A server asks for a certificate, and checks it when one comes; for a client as CERT_REQUIRED. */
export const CERT_OPTIONAL: VerifyMode = 'optional';
/** The other side must show a certificate that an authority of the context has signed. */
export const CERT_REQUIRED: VerifyMode = 'required';

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
/** Which side of connections a context is for. */
export type ContextSide = 'client' | 'server';
/** Returns the context that a server goes on with for the name that the client asked for; undefined: this one. */
export type ServernameCallback = (servername: string, context: SSLContext) => SSLContext | undefined;

const modes: ReadonlySet<unknown> = new Set(['none', 'optional', 'required']);
const versions: readonly unknown[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** What one side brings to TLS connections: its certificate, the authorities that it trusts, what it demands.
 * A client's context checks certificate and name from the start; it trusts nobody until
 * {@link loadVerifyLocations} or {@link loadDefaultCerts}, so {@link createDefaultContext} is the usual way.
 * Semantics: Python's ssl.SSLContext, with PROTOCOL_TLS_CLIENT and PROTOCOL_TLS_SERVER.
 * @example
 * ```ts
 * import { SSLContext } from 'asyncio-ts';
 * const context = new SSLContext('client');
 * console.log(context.verifyMode, context.checkHostname); // -> required true
 * context.checkHostname = false;
 * context.verifyMode = 'none';
 * ```
 */
export class SSLContext implements TlsContext {
  readonly side: ContextSide;
  #verifyMode: VerifyMode;
  #checkHostname: boolean;
  #minimum: TlsVersion | undefined = undefined;
  #maximum: TlsVersion | undefined = undefined;
  #authorities: (string | Buffer)[] = [];
  #trustsDefaults: boolean = false;
  #identity: NodeSecureContextOptions = {};
  #ciphers: string | undefined = undefined;
  #protocols: string[] | undefined = undefined;
  #servername: ServernameCallback | undefined = undefined;
  #made: NodeSecureContext | undefined = undefined;

  constructor(side: ContextSide = 'client') {
    if (side !== 'client' && side !== 'server') {
      throw new InvalidArgumentError('side', `side must be 'client' or 'server', not ${String(side)}`);
    }
    this.side = side;
    this.#checkHostname = side === 'client';
    this.#verifyMode = side === 'client' ? 'required' : 'none';
  }

  get verifyMode(): VerifyMode {
    return this.#verifyMode;
  }

  /** @throws InvalidArgumentError for `'none'` while names are checked */
  set verifyMode(mode: VerifyMode) {
    if (!modes.has(mode)) {
      throw new InvalidArgumentError(
        'verifyMode',
        `verifyMode must be CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED, not ${String(mode)}`,
      );
    }
    if (mode === 'none' && this.#checkHostname) {
      throw new InvalidArgumentError('verifyMode', 'verifyMode cannot be none while checkHostname is on');
    }
    this.#verifyMode = mode;
  }

  /** A client compares the certificate's names with the one it asked for. */
  get checkHostname(): boolean {
    return this.#checkHostname;
  }

  /** Turning it on turns `verifyMode` `'none'` into `'required'`. */
  set checkHostname(enabled: boolean) {
    this.#checkHostname = enabled;
    if (enabled && this.#verifyMode === 'none') this.#verifyMode = 'required';
  }

  /** The oldest version of the protocol that is taken; the host's default when undefined. */
  get minimumVersion(): TlsVersion | undefined {
    return this.#minimum;
  }

  set minimumVersion(version: TlsVersion | undefined) {
    this.#minimum = checkVersion(version, 'minimumVersion');
    this.#made = undefined;
  }

  get maximumVersion(): TlsVersion | undefined {
    return this.#maximum;
  }

  set maximumVersion(version: TlsVersion | undefined) {
    this.#maximum = checkVersion(version, 'maximumVersion');
    this.#made = undefined;
  }

  /** This side's own certificate, the intermediate ones behind it, and its key: as files or as PEM.
   * @throws SSLError when they cannot be read, do not fit together, or the password is wrong
   * @throws FileNotFoundError and the like for the files */
  loadCertChain(chain: CertChain): void {
    const identity = certificateSource(chain);
    this.#tryOut(identity);
    this.#identity = identity;
    this.#made = undefined;
  }

  /** Authorities to trust, beside those that were loaded before.
   * @throws SSLError for what is no certificate; FileNotFoundError and the like for the file */
  loadVerifyLocations(locations: VerifyLocations): void {
    const { cafile, cadata } = locations;
    if (cafile === undefined && cadata === undefined) {
      throw new InvalidArgumentError('locations', 'loadVerifyLocations needs cafile or cadata');
    }
    const added = [
      ...(cafile === undefined ? [] : [readPem(cafile)]),
      ...(cadata === undefined ? [] : readPems(cadata, 'cadata')),
    ];
    this.#tryOut({ ca: added });
    this.#authorities.push(...added);
    this.#made = undefined;
  }

  /** Trusts the authorities that the host trusts by default. */
  loadDefaultCerts(): void {
    this.#trustsDefaults = true;
    this.#made = undefined;
  }

  /** The protocols to offer by ALPN, the best first. `getExtraInfo('alpnProtocol')` says what was agreed. */
  setAlpnProtocols(protocols: readonly string[]): void {
    if (!Array.isArray(protocols) || protocols.some((name) => typeof name !== 'string' || name === '')) {
      throw new InvalidArgumentError('protocols', 'ALPN protocols must be an array of names');
    }
    this.#protocols = [...protocols];
  }

  /** Called by a server with the name that the client asks for (SNI); `undefined` takes the callback away. */
  setServernameCallback(callback: ServernameCallback | undefined): void {
    if (callback !== undefined && typeof callback !== 'function') {
      throw new InvalidArgumentError(
        'callback',
        'the server name callback must be a function or undefined',
      );
    }
    this.#servername = callback;
  }

  /** The ciphers to offer, in OpenSSL's notation. @throws SSLError when none of them is known */
  setCiphers(ciphers: string): void {
    if (typeof ciphers !== 'string') {
      throw new InvalidArgumentError('ciphers', 'ciphers must be a string in the notation of OpenSSL');
    }
    this.#tryOut({ ciphers });
    this.#ciphers = ciphers;
    this.#made = undefined;
  }

  /** @internal */
  get _alpnProtocols(): string[] | undefined {
    return this.#protocols;
  }

  /** @internal */
  get _servernameCallback(): ServernameCallback | undefined {
    return this.#servername;
  }

  /** A server without a certificate can serve nobody, unless it has another context for every name. @internal */
  get _hasCertificate(): boolean {
    return this.#identity.cert !== undefined;
  }

  /** The host's context; made once for all connections, so that sessions can be resumed. @internal */
  _secureContext(): NodeSecureContext {
    return (this.#made ??= this.#make({
      ...this.#identity,
      ...this.#trusted(),
      ...(this.#ciphers === undefined ? {} : { ciphers: this.#ciphers }),
      ...(this.#minimum === undefined ? {} : { minVersion: this.#minimum }),
      ...(this.#maximum === undefined ? {} : { maxVersion: this.#maximum }),
      // Sessions of connections with client certificates cannot be resumed without it.
      ...(this.side === 'server' ? { sessionIdContext: 'asyncio-ts' } : {}),
    }));
  }

  // Left out, the host takes its own; named, it takes none but those.
  #trusted(): { ca?: (string | Buffer)[] } {
    if (!this.#trustsDefaults) return { ca: this.#authorities };
    return this.#authorities.length === 0 ? {} : { ca: [...defaultAuthorities(), ...this.#authorities] };
  }

  // Errors come where the mistake is made, not at the first connection.
  #tryOut(options: NodeSecureContextOptions): void {
    this.#make(options);
  }

  #make(options: NodeSecureContextOptions): NodeSecureContext {
    try {
      return createSecureContext(options);
    } catch (error) {
      throw fromTlsError(error, 'TLS context');
    }
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<SSLContext ${this.side} verifyMode=${this.#verifyMode} checkHostname=${this.#checkHostname}>`;
  }
}

showAsText(SSLContext);

function checkVersion(version: TlsVersion | undefined, argument: string): TlsVersion | undefined {
  if (version === undefined || versions.includes(version)) return version;
  throw new InvalidArgumentError(argument, `${argument} must be one of ${versions.join(', ')}`);
}
