// What the operating system refuses: one class for each outcome that programs tell apart, with the fields
// that say which call failed, why, and on what. Class names are Python's, codes are the host's.

import { defineError } from './errorClass.ts';
import { AsyncioError, TimeoutError } from './errors.ts';

/** What is known of a system call that failed. */
export interface OSErrorDetails {
  /** The number, positive, as in errno.h; 0 where there is none (name look-ups). */
  errno: number;
  /** Its name: `'ECONNREFUSED'`. */
  code: string;
  /** The call: `'connect'`. */
  syscall: string;
  /** The sentence for the number; made from code and syscall where it is not given. */
  reason?: string | undefined;
  /** Host or path that the call was about. */
  address?: string | undefined;
  port?: number | undefined;
  /** The name that the address was looked up for. */
  hostname?: string | undefined;
  /** The file that the call was about. */
  filename?: string | undefined;
  /** The other file, of a call about two, such as `rename`. */
  filename2?: string | undefined;
  cause?: unknown;
}

/** A system call failed. Subclasses stand for the outcomes that programs tell apart; `errno`, `code` and
 * `syscall` say the rest. Semantics: Python's OSError.
 * @example
 * ```ts
 * import { run, openConnection, OSError } from 'asyncio-ts';
 * await run(async () => {
 *   try { await openConnection('127.0.0.1', 1); } catch (error) {
 *     console.log(error instanceof OSError && error.code); // -> ECONNREFUSED
 *   }
 * });
 * ```
 */
export class OSError extends AsyncioError {
  /** The number, positive, as in errno.h; 0 where there is none. */
  declare readonly errno: number;
  /** The call that failed; empty where there was none. */
  declare readonly syscall: string;
  /** The address that was tried, or the path. */
  declare readonly address: string | undefined;
  declare readonly port: number | undefined;
  /** The host as it was asked for, where that was a name. */
  declare readonly hostname: string | undefined;
  /** The file that the call was about, as it was given. */
  declare readonly filename: string | undefined;
  /** The other file, of a call about two. */
  declare readonly filename2: string | undefined;
  /** `details` of a call, or just a message, as in Python: the code is the class's own then.
   * @param details what is known of the call, or the message */
  constructor(details: OSErrorDetails | string = '', options?: ErrorOptions) {
    const call = typeof details === 'string' ? undefined : details;
    super(call?.code ?? usualCode(new.target), describe(details), causeOf(call, options));
    setFields(this, call);
  }
}

/** What the errors of a broken or refused connection have in common.
 * @example
 * ```ts
 * import { run, openConnection, ConnectionError } from 'asyncio-ts';
 * await run(async () => {
 *   try { await openConnection('127.0.0.1', 1); } catch (error) {
 *     console.log(error instanceof ConnectionError); // -> true
 *   }
 * });
 * ```
 */
export class ConnectionError extends OSError {}
/** Nobody listens there (`ECONNREFUSED`).
 * @example
 * ```ts
 * import { run, openConnection, ConnectionRefusedError } from 'asyncio-ts';
 * await run(async () => {
 *   try { await openConnection('127.0.0.1', 1); } catch (error) {
 *     console.log(error instanceof ConnectionRefusedError && error.port); // -> 1
 *   }
 * });
 * ```
 */
export class ConnectionRefusedError extends ConnectionError {}
/** The peer dropped the connection (`ECONNRESET`).
 * @example
 * ```ts
 * import { ConnectionResetError } from 'asyncio-ts';
 * import { Socket, SOL_SOCKET, SO_LINGER } from 'asyncio-ts/socket';
 * const server = new Socket();
 * server.bind(['127.0.0.1', 0]);
 * server.listen();
 * const client = new Socket();
 * client.connectEx(server.getsockname());
 * const [accepted] = server.accept();
 * client.setsockopt(SOL_SOCKET, SO_LINGER, new Uint8Array(Int32Array.of(1, 0).buffer)); // drop it at the close
 * client.close();
 * try { accepted.recv(1); } catch (error) { console.log(error instanceof ConnectionResetError); } // -> true
 * accepted.close();
 * server.close();
 * ```
 */
export class ConnectionResetError extends ConnectionError {}
/** The connection was given up (`ECONNABORTED`).
 * @example
 * ```ts
 * import { ConnectionAbortedError, ConnectionError } from 'asyncio-ts';
 * const error = new ConnectionAbortedError({ errno: 103, code: 'ECONNABORTED', syscall: 'accept' });
 * console.log(error instanceof ConnectionError, error.message); // -> true accept: failed (ECONNABORTED)
 * ```
 */
export class ConnectionAbortedError extends ConnectionError {}
/** Written to a connection whose other end is closed (`EPIPE`, `ESHUTDOWN`).
 * @example
 * ```ts
 * import { BrokenPipeError } from 'asyncio-ts';
 * import { socketpair } from 'asyncio-ts/socket';
 * const [left, right] = socketpair();
 * right.close();
 * try { left.send(Buffer.from('?')); } catch (error) { console.log(error instanceof BrokenPipeError); } // -> true
 * left.close();
 * ```
 */
export class BrokenPipeError extends ConnectionError {}
/** The call would have to wait (`EAGAIN`, `EINPROGRESS`): what the methods of a socket throw in its place.
 * @example
 * ```ts
 * import { BlockingIOError } from 'asyncio-ts';
 * import { socketpair } from 'asyncio-ts/socket';
 * const [left, right] = socketpair();
 * try { left.recv(1); } catch (error) { console.log(error instanceof BlockingIOError); } // -> true
 * left.close();
 * right.close();
 * ```
 */
export class BlockingIOError extends OSError {}
/** Another socket has the address (`EADDRINUSE`); `address` and `port` name it.
 * @example
 * ```ts
 * import { AddressInUseError } from 'asyncio-ts';
 * import { Socket } from 'asyncio-ts/socket';
 * const [first, second] = [new Socket(), new Socket()];
 * first.bind(['127.0.0.1', 0]);
 * try { second.bind(first.getsockname()); } catch (error) {
 *   console.log(error instanceof AddressInUseError && error.address); // -> 127.0.0.1
 * }
 * first.close();
 * second.close();
 * ```
 */
export class AddressInUseError extends OSError {}
/** Not allowed (`EACCES`, `EPERM`).
 * @example
 * ```ts
 * import { PermissionError } from 'asyncio-ts';
 * import { Socket } from 'asyncio-ts/socket';
 * const socket = new Socket();
 * try { socket.connect(['255.255.255.255', 9]); } catch (error) {
 *   console.log(error instanceof PermissionError ? 'not allowed to broadcast' : 'no network'); // -> ...
 * }
 * socket.close();
 * ```
 */
export class PermissionError extends OSError {}
/** No such file or socket path (`ENOENT`).
 * @example
 * ```ts
 * import { FileNotFoundError } from 'asyncio-ts';
 * import { AF_UNIX, Socket } from 'asyncio-ts/socket';
 * const socket = new Socket(AF_UNIX);
 * try { socket.connect('/no/such/socket'); } catch (error) {
 *   console.log(error instanceof FileNotFoundError && error.address); // -> /no/such/socket
 * }
 * socket.close();
 * ```
 */
export class FileNotFoundError extends OSError {}

/** There is no such process, or not any more (`ESRCH`).
 * @example
 * ```ts
 * import { createSubprocessExec, ProcessLookupError, run } from 'asyncio-ts';
 * await run(async () => {
 *   const process = await createSubprocessExec('true');
 *   await process.wait();
 *   try { process.kill(); } catch (error) { console.log(error instanceof ProcessLookupError); } // -> true
 * });
 * ```
 */
export class ProcessLookupError extends OSError {}

/** The file is there already (`EEXIST`), and was to be made anew.
 * @example
 * ```ts
 * import { FileExistsError, OSError, run } from 'asyncio-ts';
 * import { open } from 'asyncio-ts/files';
 * await run(async () => {
 *   try { await open('package.json', 'x'); } catch (error) {
 *     console.log(error instanceof FileExistsError && error.filename); // -> package.json
 *   }
 * });
 * ```
 */
export class FileExistsError extends OSError {}

/** A file was wanted, and this is a folder (`EISDIR`).
 * @example
 * ```ts
 * import { IsADirectoryError, run } from 'asyncio-ts';
 * import { open } from 'asyncio-ts/files';
 * await run(async () => {
 *   try { await open('/'); } catch (error) { console.log(error instanceof IsADirectoryError); } // -> true
 * });
 * ```
 */
export class IsADirectoryError extends OSError {}

/** A folder was wanted, and this is none (`ENOTDIR`).
 * @example
 * ```ts
 * import { NotADirectoryError, run } from 'asyncio-ts';
 * import { open } from 'asyncio-ts/files';
 * await run(async () => {
 *   try { await open('package.json/x'); } catch (error) {
 *     console.log(error instanceof NotADirectoryError); // -> true
 *   }
 * });
 * ```
 */
export class NotADirectoryError extends OSError {}

/** The peer did not answer in the system's time (`ETIMEDOUT`): a {@link TimeoutError}, as in Python, with
 * the fields of an {@link OSError}.
 * @example
 * ```ts
 * import { ConnectionTimeoutError, TimeoutError } from 'asyncio-ts';
 * const error = new ConnectionTimeoutError({ errno: 110, code: 'ETIMEDOUT', syscall: 'connect' });
 * console.log(error instanceof TimeoutError, error.code); // -> true ETIMEDOUT
 * ```
 */
export class ConnectionTimeoutError extends TimeoutError {
  declare readonly errno: number;
  declare readonly syscall: string;
  declare readonly address: string | undefined;
  declare readonly port: number | undefined;
  declare readonly hostname: string | undefined;
  declare readonly filename: string | undefined;
  declare readonly filename2: string | undefined;
  constructor(details: OSErrorDetails | string = '', options?: ErrorOptions) {
    const call = typeof details === 'string' ? undefined : details;
    super(describe(details), causeOf(call, options));
    setFields(this, call);
    const value = call?.code ?? usualCode(new.target);
    Object.defineProperty(this, 'code', { value, enumerable: true, configurable: true });
  }
}

/** A name could not be resolved (`ENOTFOUND`, `EAI_AGAIN`, …). Semantics: socket.gaierror.
 * @example
 * ```ts
 * import { run, getRunningLoop, AddressInfoError } from 'asyncio-ts';
 * await run(async () => {
 *   try { await getRunningLoop().getaddrinfo('no-such-host.invalid', 80); } catch (error) {
 *     console.log(error instanceof AddressInfoError && error.address); // -> no-such-host.invalid
 *   }
 * });
 * ```
 */
export class AddressInfoError extends OSError {}

const WHERE = ['address', 'port', 'hostname', 'filename', 'filename2'] as const;

function setFields(error: OSError | ConnectionTimeoutError, details: OSErrorDetails | undefined): void {
  const target = error as unknown as Record<string, unknown>;
  target['errno'] = details?.errno ?? 0;
  target['syscall'] = details?.syscall ?? '';
  for (const key of WHERE) if (details?.[key] !== undefined) target[key] = details[key];
}

function causeOf(
  details: { cause?: unknown } | undefined,
  options: ErrorOptions | undefined,
): ErrorOptions | undefined {
  return details?.cause === undefined ? options : { cause: details.cause };
}

/** The code of an error that was made with a message alone. */
function usualCode(type: { prototype: unknown }): string {
  for (const [code, known] of classes) if (type.prototype instanceof known) return code;
  return 'ERR_ASYNCIO_OS';
}

/** `connect db.example ([::1]:5432): connection refused (ECONNREFUSED)`. */
function describe(details: OSErrorDetails | string): string {
  if (typeof details === 'string') return details;
  const { code, syscall, reason, port, hostname, filename, filename2 } = details;
  const address = filename2 === undefined ? details.address : `${filename} -> ${filename2}`;
  const tried = address === undefined || address === hostname ? '' : endpoint(address, port);
  const where = hostname === undefined ? tried : `${endpoint(hostname, port)}${tried && ` (${tried})`}`;
  return `${syscall}${where && ` ${where}`}: ${reason ?? 'failed'} (${code})`;
}

function endpoint(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** True for an error of the system: in Python a timeout of a connection is an OSError too. Never throws, however
 * the value was made that somebody threw. */
export function isOSError(error: unknown): error is OSError | ConnectionTimeoutError {
  try {
    return error instanceof OSError || error instanceof ConnectionTimeoutError;
  } catch {
    return false;
  }
}

type OSErrorClass = new (details?: OSErrorDetails | string) => OSError | ConnectionTimeoutError;

const classes: ReadonlyMap<string, OSErrorClass> = new Map<string, OSErrorClass>([
  ['ECONNREFUSED', ConnectionRefusedError],
  ['ECONNRESET', ConnectionResetError],
  ['ECONNABORTED', ConnectionAbortedError],
  ['EPIPE', BrokenPipeError],
  ['ESHUTDOWN', BrokenPipeError],
  ['EAGAIN', BlockingIOError],
  ['EWOULDBLOCK', BlockingIOError],
  ['EINPROGRESS', BlockingIOError],
  ['EALREADY', BlockingIOError],
  ['EADDRINUSE', AddressInUseError],
  ['EACCES', PermissionError],
  ['EPERM', PermissionError],
  ['ENOENT', FileNotFoundError],
  ['EEXIST', FileExistsError],
  ['EISDIR', IsADirectoryError],
  ['ENOTDIR', NotADirectoryError],
  ['ESRCH', ProcessLookupError],
  ['ETIMEDOUT', ConnectionTimeoutError],
  ['ENOTFOUND', AddressInfoError],
]);

/** The error for a failed call, of the class that its code calls for. */
export function osError(details: OSErrorDetails): OSError | ConnectionTimeoutError {
  const type = classes.get(details.code) ?? (details.code.startsWith('EAI_') ? AddressInfoError : OSError);
  return new type(details);
}

defineError(OSError, 'OSError');
defineError(ConnectionError, 'ConnectionError');
defineError(ConnectionRefusedError, 'ConnectionRefusedError');
defineError(ConnectionResetError, 'ConnectionResetError');
defineError(ConnectionAbortedError, 'ConnectionAbortedError');
defineError(BrokenPipeError, 'BrokenPipeError');
defineError(BlockingIOError, 'BlockingIOError');
defineError(AddressInUseError, 'AddressInUseError');
defineError(PermissionError, 'PermissionError');
defineError(FileNotFoundError, 'FileNotFoundError');
defineError(FileExistsError, 'FileExistsError');
defineError(IsADirectoryError, 'IsADirectoryError');
defineError(NotADirectoryError, 'NotADirectoryError');
defineError(ProcessLookupError, 'ProcessLookupError');
defineError(ConnectionTimeoutError, 'ConnectionTimeoutError');
defineError(AddressInfoError, 'AddressInfoError');
