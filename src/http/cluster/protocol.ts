// What a cluster and its workers tell each other over their channel.
//
//     worker: hello ──> cluster: serve ──> worker: ready ──> … cluster: stop ──> the process ends
//                                              └─> failed, and the process ends

import type { SocketAddress } from '../../asyncio.ts';
import type { TlsIdentity } from '../node/tlsIdentity.ts';
import type { HttpPolicies } from '../serve/serveOptions.ts';

/** Where a worker listens: on sockets of its parent's that it has inherited, or by the parent's node:cluster. */
export type Listening =
  | { readonly fd: readonly number[] }
  | {
      readonly host: string | readonly string[] | undefined;
      readonly port: number | undefined;
      readonly path: string | undefined;
      readonly engine: 'node';
    };

/** What of the cluster's options each worker serves by. */
export interface WorkerOptions extends HttpPolicies {
  backlog?: number | undefined;
  engine?: 'asyncio' | 'node' | undefined;
  tls?: TlsIdentity | readonly TlsIdentity[] | undefined;
  http2?: boolean | undefined;
}

export type ToWorker =
  | {
      readonly kind: 'serve';
      /** The URL of the module whose default export is the handler. */
      readonly module: string;
      readonly listening: Listening;
      readonly options: WorkerOptions;
    }
  | { readonly kind: 'stop'; readonly graceTime: number };

export type FromWorker =
  | { readonly kind: 'hello' }
  | { readonly kind: 'ready'; readonly addresses: readonly SocketAddress[]; readonly secure: boolean }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };
