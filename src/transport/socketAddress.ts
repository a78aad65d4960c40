// The addresses of sockets, in asyncio's shape.

/** The address of a socket: `[host, port]`, for IPv6 `[host, port, flowInfo, scopeId]`, a path for Unix
 * sockets (an abstract name begins with `'\0'`, an unnamed one is `''`). */
export type SocketAddress = InetAddress | string;
export type InetAddress = readonly [host: string, port: number, flowInfo?: number, scopeId?: number];
