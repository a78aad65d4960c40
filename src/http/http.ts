// asyncio-ts/http: an HTTP server and a client whose requests are tasks.

export { serve } from './serve/serve.ts';
export type { HeaderFields } from './serve/httpError.ts';
export { HttpError } from './serve/httpError.ts';
export type { HttpServer, HttpStatistics } from './serve/httpServer.ts';
export type { Lifespan } from './serve/lifespan.ts';
export type { RequestInfo } from './serve/requestInfo.ts';
export type { FetchApp, HttpHandler, HttpPolicies, HttpServeOptions } from './serve/serveOptions.ts';
export { expressTasks } from './apps/expressTasks.ts';
export type { ExpressLike } from './apps/expressTasks.ts';
export { fastifyTasks } from './apps/fastifyTasks.ts';
export type { FastifyLike } from './apps/fastifyTasks.ts';
export { honoTasks } from './apps/honoTasks.ts';
export type { HonoContextLike } from './apps/honoTasks.ts';
export { koaTasks } from './apps/koaTasks.ts';
export type { KoaContextLike } from './apps/koaTasks.ts';
export { serveCluster } from './cluster/serveCluster.ts';
export type { Cluster, ClusterWorker } from './cluster/cluster.ts';
export type { ServeClusterOptions } from './cluster/clusterOptions.ts';
export { ClusterWorkerError } from './cluster/workerError.ts';
export { eventStream } from './events/eventStream.ts';
export type { EventSource, EventStreamOptions, ServerSentEvent } from './events/eventStream.ts';
export { fileResponse } from './files/fileResponse.ts';
export type { FileResponseOptions } from './files/fileResponse.ts';
export { staticFolder } from './files/staticFolder.ts';
export type { StaticFolderOptions } from './files/staticFolder.ts';
export { connectWebSocket } from './websocket/connectWebSocket.ts';
export type { ConnectWebSocketOptions } from './websocket/connectWebSocket.ts';
export { upgradeWebSocket } from './websocket/upgradeWebSocket.ts';
export type { UpgradeOptions } from './websocket/upgradeWebSocket.ts';
export { WebSocketConnection } from './websocket/webSocketConnection.ts';
export { WebSocketClosedError, WebSocketHandshakeError } from './websocket/webSocketErrors.ts';
export type { WebSocketOptions } from './websocket/webSocketOptions.ts';
export type { TlsIdentity } from './node/tlsIdentity.ts';
export type { Refusal } from './engine/exchange.ts';
export { HttpBodyError } from './engine/httpBodyError.ts';
export { LightHeaders } from './message/headers.ts';
export type { HeadersLike } from './message/headers.ts';
export { LightResponse } from './message/response.ts';
export type { ResponseOptions } from './message/response.ts';

export { HttpClient, openClient } from './client/httpClient.ts';
export type { ClientInput } from './client/httpClient.ts';
export type {
  ClientOptions,
  ClientRequestOptions,
  QueryValue,
  RequestPolicies,
} from './client/clientOptions.ts';
export type { ClientHedge, FailedTry, RetryPolicy } from './client/retryPolicy.ts';
export { HttpConnectionError, HttpStatusError } from './client/clientErrors.ts';
export type { HttpStatusDetails } from './client/clientErrors.ts';
export { checkStatus } from './client/checkStatus.ts';
export { download, events, fetch } from './client/fetch.ts';
export { lines } from './client/lines.ts';
export type { BodyLinesOptions } from './client/lines.ts';
export type { EventsOptions, ReceivedEvent } from './client/receiveEvents.ts';
export type { Downloaded, DownloadOptions, DownloadProgress } from './client/download.ts';
