// What a program implements to be told of a child: asyncio's SubprocessProtocol. The methods here do nothing.

import { BaseProtocol } from '../transport/protocol.ts';
import type { SubprocessTransport } from './subprocessTransport.ts';

/** The protocol of a child process. `pauseWriting` and `resumeWriting` are about its standard input. `connectionLost` comes
 * when the child has ended and all its pipes are closed. Semantics: asyncio.SubprocessProtocol.
 * @example
 * ```ts
 * import { run, getRunningLoop, SubprocessProtocol } from 'asyncio-ts';
 * class Listener extends SubprocessProtocol {
 *   readonly ended = getRunningLoop().createFuture<void>();
 *   override pipeDataReceived(fd: number, data: Buffer): void {
 *     console.log(fd, String(data).trim()); // -> 1 hello
 *   }
 *   override connectionLost(): void {
 *     this.ended.setResult();
 *   }
 * }
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   const [transport, protocol] = await loop.subprocessExec(() => new Listener(), 'echo', 'hello');
 *   await protocol.ended;
 *   console.log(transport.getReturncode()); // -> 0
 *   transport.close();
 * });
 * ```
 */
export class SubprocessProtocol extends BaseProtocol {
  override connectionMade(_transport: SubprocessTransport): void {}

  /** The child has written to its standard output (`fd` 1) or standard error (2). */
  pipeDataReceived(_fd: number, _data: Buffer): void {}

  /** One of the pipes is closed: 0, 1 or 2. `error` is undefined after a regular end. */
  pipeConnectionLost(_fd: number, _error: unknown): void {}

  /** The child has ended; its pipes may hold more, and a child of its own may hold them open. */
  processExited(): void {}
}
