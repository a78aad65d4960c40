// toNodeSocket: a connection leaves the library and becomes a socket of the host's, for any library that wants
// one.
//
// 1. Nothing is lost on the way: what waits to be written is sent first, what was received and not read is put
//    back in front of what will come.
// 2. The descriptor has one owner at a time: it leaves the loop's set before the host gets it.
// 3. What had the connection is told as of a regular end: `connectionLost(undefined)`.

import { InvalidArgumentError, UnsupportedError, UsageError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import { runningLoop } from '../../loop/running.ts';
import { makeFlowable, nodeSocketOf } from '../../sys/host/net.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import type { Lending } from '../../transport/contract.ts';
import type { BaseProtocol } from '../../transport/protocol.ts';
import { Socket } from '../socket/socket.ts';
import { takeUnread } from '../../streams/adapting.ts';
import { StreamWriter } from '../../streams/streamWriter.ts';
import { Transport } from '../../transport/transport.ts';

/** Options of {@link toNodeSocket}.
 * @example
 * ```ts
 * import { type ToNodeSocketOptions } from 'asyncio-ts';
 * const options: ToNodeSocketOptions = { allowHalfOpen: true };
 * console.log(options.allowHalfOpen); // -> true
 * ```
 */
export interface ToNodeSocketOptions {
  /** As in the host's own `net.Socket`: with false, the default, the socket ends its half when the peer does. */
  allowHalfOpen?: boolean | undefined;
}

/** Makes the host's `net.Socket` of a transport, of the writer of a stream, or of a {@link Socket}, so that any
 * library can take the connection over. Waits until everything written is sent; bytes that came and were not
 * read (of a stream: what its reader holds) are put back, so that the host's socket has them first. The
 * transport, its protocol and its streams are at their end then. Cancelling leaves everything as it was.
 * @throws UsageError for what is closed; UnsupportedError for a transport that has no socket of its own
 * @example
 * ```ts
 * import { run, openConnection, startServer, toNodeSocket } from 'asyncio-ts';
 * await run(async () => {
 *   await using server = await startServer(async (reader, writer) => {
 *     writer.write(Buffer.from('first line\nthe rest\n'));
 *     await writer.drain();
 *     writer.close();
 *   }, '127.0.0.1', 0);
 *   const [reader, writer] = await openConnection('127.0.0.1', server.port as number);
 *   await reader.readline();
 *   const socket = await toNodeSocket(writer);
 *   for await (const chunk of socket) console.log(String(chunk).trim()); // -> the rest
 * });
 * ```
 */
export async function toNodeSocket(
  source: Transport | StreamWriter | Socket,
  options: ToNodeSocketOptions = {},
): Promise<NodeSocket> {
  const allowHalfOpen = options.allowHalfOpen ?? false;
  if (source instanceof Socket) return nodeSocketOf(source.detach(), allowHalfOpen);
  const transport = source instanceof StreamWriter ? source.transport : source;
  if (!(transport instanceof Transport)) {
    throw new InvalidArgumentError('source', 'toNodeSocket takes a transport, a stream writer or a Socket');
  }
  if (!gives(transport)) throw new UnsupportedError('this transport has no socket of its own to give away');
  if (transport.isClosing()) throw new UsageError('the transport is closing: there is no socket to take');
  const loop = runningLoop('toNodeSocket');
  const protocol = transport.getProtocol() as BaseProtocol;
  const taken = await takenFrom(transport);
  const unread = source instanceof StreamWriter ? takeUnread(source) : [];
  const socket =
    taken instanceof Socket ? nodeSocketOf(taken.detach(), allowHalfOpen) : released(taken as NodeSocket);
  socket.allowHalfOpen = allowHalfOpen;
  for (const bytes of unread) socket.unshift(bytes);
  tellLoss(loop, protocol);
  return socket;
}

function gives(transport: Transport): transport is Transport & Lending {
  const { takeSocket, whenEmptied } = transport as Partial<Lending>;
  return typeof takeSocket === 'function' && typeof whenEmptied === 'function';
}

// Nothing more is read meanwhile: it stays where the host's socket will find it.
async function takenFrom(transport: Transport & Lending): Promise<object> {
  const empty = transport.whenEmptied();
  transport.holdReading();
  try {
    await empty;
    return transport.takeSocket();
  } catch (error) {
    transport.releaseReading();
    throw error;
  } finally {
    transport.endEmptied();
  }
}

function released(socket: NodeSocket): NodeSocket {
  makeFlowable(socket);
  return socket;
}

function tellLoss(loop: Loop, protocol: BaseProtocol): void {
  loop.callSoon(() => protocol.connectionLost(undefined));
}
