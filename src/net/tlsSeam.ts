// Stands in for src/net/tls until that is there.

import { UnsupportedError } from '../base/errors.ts';
import type { Duration } from '../base/duration.ts';
import type { Loop } from '../loop/loop.ts';
import type { StreamSocket, StreamTransportOptions } from './backend.ts';
import type { Transport } from './transport.ts';

export interface TlsRequest {
  serverSide: boolean;
}

export function normalizeTls(
  _ssl: unknown,
  request: {
    serverSide: boolean;
    serverHostname?: string | undefined;
    handshakeTimeout?: Duration | undefined;
    shutdownTimeout?: Duration | undefined;
  },
): TlsRequest {
  return request;
}

export function tlsTransport(
  _loop: Loop,
  _socket: StreamSocket | Transport,
  _protocol: object,
  _tls: TlsRequest,
  _options: StreamTransportOptions,
): Transport {
  throw new UnsupportedError('TLS is not there yet');
}
