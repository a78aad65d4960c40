// How TLS is reached from a transport: its maker hands in what puts TLS over it.

import type { Loop } from '../loop/loop.ts';
import type { ClientTlsContext, ServerTlsContext, StartTlsOptions } from './tls.ts';
import type { Transport } from './transport.ts';

/** Puts TLS over a transport that is open, and resolves to the transport that `protocol` must use from then on. */
export type StartTls = (
  loop: Loop,
  transport: Transport,
  protocol: object,
  context: ClientTlsContext | ServerTlsContext,
  options: StartTlsOptions,
) => Promise<Transport>;

/** What a transport has that can carry TLS. @internal */
export interface TlsCarrier {
  /** What puts TLS over it. @internal */
  readonly startTls: StartTls | undefined;
}
