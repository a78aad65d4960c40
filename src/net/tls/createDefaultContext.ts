// The context that most programs want. Semantics: Python's ssl.create_default_context.

import { InvalidArgumentError } from '../../base/errors.ts';
import type { VerifyLocations } from './pem.ts';
import { SSLContext } from './sslContext.ts';

/** Whom the context is to authenticate: a client's is for servers, a server's for clients. */
export const Purpose: { readonly SERVER_AUTH: 'serverAuth'; readonly CLIENT_AUTH: 'clientAuth' } =
  Object.freeze({ SERVER_AUTH: 'serverAuth', CLIENT_AUTH: 'clientAuth' });

/** A context with safe settings: for `Purpose.SERVER_AUTH`, the default, a client's that checks certificate and
 * name against the authorities given, or those of the host where none are; for `Purpose.CLIENT_AUTH` a
 * server's, to which {@link SSLContext.loadCertChain} adds the certificate.
 * @throws SSLError for what is no certificate; OSError for a file that can't be read
 * @example
 * ```ts
 * import { createDefaultContext, Purpose } from 'asyncio-ts';
 * console.log(createDefaultContext().verifyMode); // -> required
 * console.log(createDefaultContext(Purpose.CLIENT_AUTH).verifyMode); // -> none
 * ```
 */
export function createDefaultContext(
  purpose: 'serverAuth' | 'clientAuth' = Purpose.SERVER_AUTH,
  locations: VerifyLocations = {},
): SSLContext {
  if (purpose !== Purpose.SERVER_AUTH && purpose !== Purpose.CLIENT_AUTH) {
    throw new InvalidArgumentError('purpose', 'purpose must be Purpose.SERVER_AUTH or Purpose.CLIENT_AUTH');
  }
  const context = new SSLContext(purpose === Purpose.SERVER_AUTH ? 'client' : 'server');
  if (locations.cafile !== undefined || locations.cadata !== undefined)
    context.loadVerifyLocations(locations);
  else if (context.verifyMode !== 'none') context.loadDefaultCerts();
  return context;
}
