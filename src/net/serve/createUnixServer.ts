// createUnixServer: listens on a Unix socket, and looks after its file.
//
// 1. The file of a dead server is removed; a path at which somebody listens, or another file, is in use (clearPath).
// 2. The file is removed when the server is closed, if it is still the one that the server made. The file of a
//    socket that was handed in is its owner's.

import { InvalidArgumentError } from '../../base/errors.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import { SOCK_STREAM } from '../../sys/libc/socketConstants.ts';
import { keepFile, removeFile, socketFileId } from '../../sys/host/unixSocketFile.ts';
import { acceptWith } from './acceptConnection.ts';
import type { Listener, ListenOptions } from '../backend.ts';
import { started } from './createServer.ts';
import { explained, thrownTo } from '../address/networkFailure.ts';
import { clearPath } from '../address/clearPath.ts';
import { networkBackend } from '../networkBackend.ts';
import { checkFactory } from '../../transport/protocolFactory.ts';
import type { ProtocolFactory } from '../../transport/protocolFactory.ts';
import { Server } from './server.ts';
import type { AroundClose } from './server.ts';
import { checkBacklog } from './serverArguments.ts';
import type { ServeOptions } from './serverArguments.ts';
import { serverTls } from '../tls/tlsArguments.ts';
import { checkUnixSocket } from '../address/unixSocketArgument.ts';
import { isAbstract, toUnixAddress } from '../address/unixPath.ts';
import type { UnixPath } from '../address/unixPath.ts';

/** Options of {@link EventLoop.createUnixServer}.
 * @example
 * ```ts
 * import { type CreateUnixServerOptions } from 'asyncio-ts';
 * const options: CreateUnixServerOptions = { mode: 0o600, cleanupSocket: true };
 * console.log(options.mode); // -> 384
 * ```
 */
export interface CreateUnixServerOptions extends ServeOptions {
  /** Removes the socket's file when the server is closed, if nobody replaced it; true by default for a path, false
   * for `sock`. */
  cleanupSocket?: boolean | undefined;
  /** Permission bits of the socket's file; what the process's umask leaves of 0o777 by default. */
  mode?: number | undefined;
}

/** What {@link EventLoop.createUnixServer} does. */
export async function createUnixServer(
  loop: Loop,
  factory: ProtocolFactory<object>,
  path?: UnixPath | null,
  options: CreateUnixServerOptions = {},
): Promise<Server> {
  checkFactory(factory);
  const tls = serverTls(options);
  let listener: Listener;
  try {
    listener = await openListener(loop, path ?? undefined, options);
  } catch (error) {
    throw thrownTo(explained(error), createUnixServer);
  }
  const around = aroundClose(
    loop,
    listener,
    options.cleanupSocket ?? (options.sock ?? undefined) === undefined,
  );
  const server = new Server(loop, [listener], acceptWith(loop, factory, tls), around);
  return await started(server, options);
}

async function openListener(
  loop: Loop,
  path: UnixPath | undefined,
  options: CreateUnixServerOptions,
): Promise<Listener> {
  const sock = options.sock ?? undefined;
  const listen: ListenOptions = {
    backlog: checkBacklog(options.backlog),
    reuseAddress: false,
    reusePort: false,
    keepAlive: false,
    mode: checkMode(options.mode),
  };
  if (path === undefined) {
    if (sock === undefined) {
      throw new InvalidArgumentError('path', 'createUnixServer needs a path, or sock');
    }
    checkUnixSocket(sock);
    return await networkBackend(loop).takeOverListener(loop, sock, listen);
  }
  if (sock !== undefined) {
    throw new InvalidArgumentError('sock', 'path and sock cannot be given together');
  }
  const target = toUnixAddress(path, 'bind');
  await clearPath(loop, target.address as string, SOCK_STREAM);
  return await networkBackend(loop).listen(loop, target, listen);
}

function checkMode(mode: number | undefined): number | undefined {
  if (mode === undefined || (Number.isInteger(mode) && mode >= 0 && mode <= 0o777)) return mode;
  throw new InvalidArgumentError('mode', `mode must be permission bits, 0 to 0o777, not ${String(mode)}`);
}

/** Looks after the file while the listener is closed: removes it if it is the one that the listener made and
 * `cleanUp` says so, else keeps it. The host removes whatever is at the path, so it is kept by another name
 * meanwhile. */
function aroundClose(loop: Loop, listener: Listener, cleanUp: boolean): AroundClose | undefined {
  const path = listener.address;
  if (typeof path !== 'string' || path === '' || isAbstract(path)) return undefined;
  const made = madeFile(path);
  const { name } = networkBackend(loop);
  return (close) => {
    try {
      const found = socketFileId(path);
      const remove = cleanUp && found !== undefined && found === made;
      if (name === 'host' && !remove && found !== undefined) return keepFile(path, close);
      close();
      if (remove) removeFile(path);
    } catch (exception) {
      close();
      reportFailure(loop, { message: 'cannot remove the Unix socket of a server', exception, path });
    }
  };
}

// The folder may allow to make the socket and not to look at it: such a file is nobody's to remove.
function madeFile(path: string): string | undefined {
  try {
    return socketFileId(path);
  } catch {
    return undefined;
  }
}
