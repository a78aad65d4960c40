// The face of the loop for child processes. No behaviour of its own: each method hands on to the layer that has it.

import type { ProgramArgument } from '../process/command.ts';
import * as children from '../process/loopMethods.ts';
import type { SubprocessOptions } from '../process/options.ts';
import type { SubprocessProtocol } from '../process/subprocessProtocol.ts';
import type { SubprocessTransport } from '../process/subprocessTransport.ts';
import type { ProtocolFactory } from '../transport/protocolFactory.ts';
import { SignalLoop } from './signalLoop.ts';

export class ProcessLoop extends SignalLoop {
  /** Starts a program, found by PATH unless it has a `/` in it, with its arguments one by one or as an array, and options
   * last. Standard input, output and error are pipes unless the options say otherwise. Resolves to the transport and the
   * protocol that `factory` made, once `connectionMade` has run. {@link createSubprocessExec} is the same for streams.
   *
   * Cancelling leaves no child: one that was started already is killed, and its end waited for.
   * Semantics: asyncio's loop.subprocess_exec.
   * @throws FileNotFoundError, PermissionError, NotADirectoryError (`cwd`) and other OSErrors, with the program or the
   * folder as `filename`; what `factory` throws; InvalidArgumentError for arguments and options that can't be used
   * @example
   * ```ts
   * import { run, getRunningLoop, SubprocessProtocol } from 'asyncio-ts';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const ended = loop.createFuture<void>();
   *   class Waiting extends SubprocessProtocol {
   *     override processExited(): void { ended.setResult(); }
   *   }
   *   const [transport] = await loop.subprocessExec(() => new Waiting(), 'sh', '-c', 'exit 3');
   *   await ended;
   *   console.log(transport.getReturncode()); // -> 3
   *   transport.close();
   * });
   * ```
   */
  async subprocessExec<P extends SubprocessProtocol>(
    factory: ProtocolFactory<P>,
    program: ProgramArgument,
    ...rest:
      | [...args: ProgramArgument[]]
      | [...args: ProgramArgument[], options: SubprocessOptions]
      | [args: readonly ProgramArgument[], options?: SubprocessOptions]
  ): Promise<[SubprocessTransport, P]> {
    return await children.subprocessExec(this, factory, program, rest);
  }

  /** Has the shell run a command line; otherwise as {@link subprocessExec}. {@link createSubprocessShell} is the same for
   * streams. Semantics: asyncio's loop.subprocess_shell.
   * @throws as {@link subprocessExec}
   * @example
   * ```ts
   * import { run, getRunningLoop, SubprocessProtocol } from 'asyncio-ts';
   * await run(async () => {
   *   const loop = getRunningLoop();
   *   const ended = loop.createFuture<void>();
   *   class Waiting extends SubprocessProtocol {
   *     override processExited(): void { ended.setResult(); }
   *   }
   *   const [transport] = await loop.subprocessShell(() => new Waiting(), 'exit $((1 + 2))');
   *   await ended;
   *   console.log(transport.getReturncode()); // -> 3
   *   transport.close();
   * });
   * ```
   */
  async subprocessShell<P extends SubprocessProtocol>(
    factory: ProtocolFactory<P>,
    command: string,
    options?: SubprocessOptions,
  ): Promise<[SubprocessTransport, P]> {
    return await children.subprocessShell(this, factory, command, options);
  }
}
