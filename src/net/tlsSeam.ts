// The way of connections and servers to TLS.

export { normalizeTls, tlsTransport } from './tls/tlsTransport.ts';
export type { TlsRequest } from './tls/tlsTransport.ts';
