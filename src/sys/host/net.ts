// The doors to the host's sockets: node:net and node:dgram, opened when they are first needed, so that a
// program on the selector backend, or without network, never loads them.
//
// What the host creates is created at the root context: a socket lives longer than the task that asked for it,
// and must neither keep that alive nor be taken for it.

import type * as Dgram from 'node:dgram';
import type * as Net from 'node:net';
import process from 'node:process';
import { osError } from '../../base/osError.ts';
import { EACCES } from '../libc/errno.ts';
import { runtime } from './host.ts';
import { runAtRoot } from './storage.ts';

type NetModule = typeof Net;
type DgramModule = typeof Dgram;

/** A socket of the host's: net.Socket or tls.TLSSocket. */
export type NodeSocket = Net.Socket;
export type NodeServer = Net.Server;
export type NodeDatagramSocket = Dgram.Socket;
export type NodeListenOptions = Net.ListenOptions;
export type NodeConnectOptions = Net.NetConnectOpts;

// The host's modules, opened when first needed.
let net: NetModule | undefined;
let dgram: DgramModule | undefined;

function netModule(): NetModule {
  return (net ??= process.getBuiltinModule('node:net'));
}

/** Begins to connect. Half-open, without delay, and paused: nothing is read before somebody wants it. */
export function connectNodeSocket(options: NodeConnectOptions): NodeSocket {
  return runAtRoot(() => {
    const socket = new (netModule().Socket)({ allowHalfOpen: true });
    socket.pause();
    return socket.connect(options);
  });
}

/** A server that is not listening yet; its connections come paused. */
export function createNodeServer(keepAlive: boolean): NodeServer {
  return runAtRoot(() =>
    netModule().createServer({ allowHalfOpen: true, pauseOnConnect: true, keepAlive }),
  );
}

/** The host's socket for a descriptor, which it owns from now on. It is not paused: it flows as soon as somebody
 * listens for data. */
export function nodeSocketOf(fd: number, allowHalfOpen: boolean): NodeSocket {
  return runAtRoot(() => new (netModule().Socket)({ fd, allowHalfOpen, readable: true, writable: true }));
}

/** Makes a paused socket like a new one: it flows as soon as somebody listens for data. */
export function makeFlowable(socket: NodeSocket): void {
  (socket as { readableFlowing: boolean | null }).readableFlowing = null;
}

/** Reads at once what the system has received, past the host, which must be about to give the socket up: the number
 * of bytes, 0 at the end of data, -1 where there is nothing or no way to ask. */
export function receiveNow(socket: NodeSocket, room: Uint8Array): number {
  const fd = descriptorOf(socket);
  if (fd === undefined) return -1;
  try {
    return process.getBuiltinModule('node:fs').readSync(fd, room);
  } catch {
    return -1;
  }
}

/** Node 22 tells a reset as an end of data when bytes come with it (libuv before 1.52 takes the hang-up for one).
 * The system knows better: the error behind an end that the host has told, or undefined. */
export function resetBehindEnd(socket: NodeSocket): unknown {
  if (!takesResetForEnd) return undefined;
  const fd = descriptorOf(socket);
  if (fd === undefined) return undefined;
  try {
    process.getBuiltinModule('node:fs').readSync(fd, new Uint8Array(1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return error;
  }
  return undefined;
}

const takesResetForEnd: boolean = runtime().name === 'node' && uvBefore(1, 52);

function uvBefore(major: number, minor: number): boolean {
  const [ours = 0, minorOurs = 0] = (process.versions['uv'] ?? '').split('.').map(Number);
  return ours < major || (ours === major && minorOurs < minor);
}

function descriptorOf(socket: NodeSocket): number | undefined {
  const fd = (socket as { _handle?: { fd?: unknown } | null })._handle?.fd;
  return runtime().name === 'node' && typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

export function isNodeSocket(value: unknown): value is NodeSocket {
  return value instanceof netModule().Socket;
}

export function isNodeServer(value: unknown): value is NodeServer {
  return value instanceof netModule().Server;
}

export function isNodeDatagramSocket(value: unknown): value is NodeDatagramSocket {
  return value instanceof (dgram ??= process.getBuiltinModule('node:dgram')).Socket;
}

export function createNodeDatagramSocket(options: Dgram.SocketOptions): NodeDatagramSocket {
  return runAtRoot(() => (dgram ??= process.getBuiltinModule('node:dgram')).createSocket(options));
}

/** False where the host can share a port among sockets, else since when it could. */
export function reusePortMissing(): string | false {
  const { name, version } = runtime();
  if (name !== 'node') return `${name} does not offer it`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const has = major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
  return has ? false : `it needs Node 22.12 or 23.1, and this is ${version}`;
}

/** Deno takes datagrams of strangers on a connected socket. */
export const connectedHearsStrangers: boolean = runtime().name === 'deno';

interface Permissions {
  requestSync(descriptor: { name: 'net'; host: string }): { state: string };
}

/** Asks Deno's user for permission to listen, as Deno itself would: it asks where nobody can catch the answer, and a
 * server that may not listen would end the program. @throws PermissionError (`EACCES`) */
export function demandListening(host: string, port: number): void {
  const { permissions } = (globalThis as { Deno?: { permissions?: Permissions } }).Deno ?? {};
  if (permissions === undefined) return;
  const plain = host.replace(/%.*/, '');
  const named = plain.includes(':') ? `[${plain}]` : plain;
  const { state } = permissions.requestSync({ name: 'net', host: `${named}:${port}` });
  if (state !== 'granted') throw notAllowed(host, port);
}

function notAllowed(address: string, port: number): Error {
  const reason = 'the program may not listen there: run it with --allow-net';
  return osError({ errno: EACCES, code: 'EACCES', syscall: 'listen', reason, address, port });
}
