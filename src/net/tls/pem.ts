// Keys and certificates as they are handed in: paths of files, or PEM (or DER) itself.

import { isBytes, plainBytes } from '../../base/bytes.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import { readFileNow } from '../../sys/host/tls.ts';
import type { NodeSecureContextOptions } from '../../sys/host/tls.ts';

/** A certificate chain with its key, as files or as PEM. A key may stand in the certificate's file.
 * @example
 * ```ts
 * import { type CertChain } from 'asyncio-ts';
 * const chain: CertChain = { certfile: 'server.crt', keyfile: 'server.key' };
 * console.log('certfile' in chain); // -> true
 * ```
 */
export type CertChain =
  | { certfile: string; keyfile?: string | undefined; password?: string | undefined }
  | { cert: string | Uint8Array; key?: string | Uint8Array | undefined; password?: string | undefined };

/** Certificates of authorities: a file, or PEM (several in one string, or several strings).
 * @example
 * ```ts
 * import { type VerifyLocations } from 'asyncio-ts';
 * const locations: VerifyLocations = { cafile: 'authority.crt' };
 * console.log(locations.cafile); // -> authority.crt
 * ```
 */
export interface VerifyLocations {
  cafile?: string | undefined;
  cadata?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
}

/** @throws InvalidArgumentError, or the OSError of a file that can't be read */
export function certificateSource(chain: CertChain): NodeSecureContextOptions {
  if (typeof chain !== 'object' || chain === null) {
    throw new InvalidArgumentError('chain', 'loadCertChain takes { certfile, keyfile } or { cert, key }');
  }
  const { password } = chain;
  if (password !== undefined && typeof password !== 'string') {
    throw new InvalidArgumentError('password', 'the password of a key must be a string');
  }
  const [cert, key] = 'certfile' in chain ? fromFiles(chain) : fromText(chain);
  return password === undefined ? { cert, key } : { cert, key, passphrase: password };
}

function fromFiles(chain: { certfile: string; keyfile?: string | undefined }): [Buffer, Buffer] {
  const cert = readPem(chain.certfile);
  return [cert, chain.keyfile === undefined ? cert : readPem(chain.keyfile)];
}

function fromText(chain: { cert: string | Uint8Array; key?: string | Uint8Array | undefined }): [Pem, Pem] {
  const [cert] = readPems(chain.cert, 'cert');
  if (cert === undefined)
    throw new InvalidArgumentError('cert', 'loadCertChain needs one certificate chain');
  return [cert, chain.key === undefined ? cert : (readPems(chain.key, 'key')[0] as Pem)];
}

type Pem = string | Buffer;

/** @throws OSError */
export function readPem(path: string): Buffer {
  if (typeof path !== 'string')
    throw new InvalidArgumentError('path', 'the path of a file must be a string');
  try {
    return readFileNow(path);
  } catch (error) {
    throw fromHostError(error);
  }
}

/** @throws InvalidArgumentError for what is neither a string nor bytes */
export function readPems(data: unknown, argument: string): Pem[] {
  return (Array.isArray(data) ? data : [data]).map((one: unknown) => {
    if (typeof one === 'string') return one;
    if (isBytes(one)) return asBuffer(plainBytes(one));
    throw new InvalidArgumentError(argument, `${argument} must be a string or bytes, not ${typeof one}`);
  });
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
