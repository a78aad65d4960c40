// From the host's socket to its transport: one set of handlers for all sockets, which find the transport by a
// property of the socket. So a connection costs no closure, and what is put on a socket can be taken off.

import type { NodeSocket } from '../../sys/host/net.ts';

/** What a transport is told. */
export interface HostEvents {
  /** @internal */ hostData(chunk: Buffer): void;
  /** The peer ended its half, and all of it was handed over. @internal */ hostEnd(): void;
  /** @internal */ hostError(error: unknown): void;
  /** The socket is gone, whoever destroyed it. @internal */ hostClosed(): void;
}

const owner: unique symbol = Symbol('asyncio-ts.transport');
type Owned = NodeSocket & { [owner]?: HostEvents | undefined };

/** Errors and the end of the socket are told from now on; data and its end from {@link listenToData} on. */
export function listenTo(socket: NodeSocket, events: HostEvents): void {
  (socket as Owned)[owner] = events;
  socket.on('error', onError);
  socket.on('close', onClose);
}

/** The socket must not be flowing: a listener for data sets one going that was not paused. */
export function listenToData(socket: NodeSocket): void {
  socket.on('data', onData);
  socket.on('end', onEnd);
}

export function unlistenToData(socket: NodeSocket): void {
  socket.off('data', onData);
  socket.off('end', onEnd);
}

/** Takes everything off. A socket that was destroyed may still have an error to tell: that is swallowed. */
export function unlisten(socket: NodeSocket): void {
  unlistenToData(socket);
  socket.off('error', onError);
  socket.off('close', onClose);
  (socket as Owned)[owner] = undefined;
  if (!socket.destroyed || socket.closed) return;
  socket.on('error', ignore);
  socket.once('close', forget);
}

function ignore(): void {}

function forget(this: NodeSocket): void {
  this.off('error', ignore);
}

function onData(this: Owned, chunk: Buffer): void {
  this[owner]?.hostData(chunk);
}

function onEnd(this: Owned): void {
  this[owner]?.hostEnd();
}

function onError(this: Owned, error: unknown): void {
  this[owner]?.hostError(error);
}

function onClose(this: Owned): void {
  this[owner]?.hostClosed();
}
