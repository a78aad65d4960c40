// Standard input as a stream of bytes, read while other tasks run.

import { UsageError } from '../../base/errors.ts';
import type { Loop } from '../../loop/loop.ts';
import { backendOf } from '../../loop/network.ts';
import { runningLoop } from '../../loop/running.ts';
import { standardStream } from '../../sys/host/pipes.ts';
import { HostReadPipe } from '../host/readPipe.ts';
import { SelectorReadPipe } from '../selector/readPipe.ts';
import { connectionEnd } from '../../streams/adapting.ts';
import { StreamReader } from '../../streams/streamReader.ts';
import type { StreamReaderOptions } from '../../streams/streamArguments.ts';
import { StreamReaderProtocol } from '../../streams/streamReaderProtocol.ts';
import type { ReadTransport } from '../../transport/transport.ts';
import { FileInput } from './fileInput.ts';
import { isFileLike, standardPipe } from './standardPipe.ts';

const STDIN = 0;

/** Standard input; made by {@link openStdin}. A {@link StreamReader} that can be closed.
 * @example
 * ```ts
 * import { run, openStdin, StandardInput } from 'asyncio-ts';
 * await run(async () => {
 *   await using stdin = await openStdin();
 *   console.log(stdin instanceof StandardInput); // -> true
 * });
 * ```
 */
export class StandardInput extends StreamReader implements AsyncDisposable {
  readonly #transport: ReadTransport;
  readonly #protocol: StreamReaderProtocol;

  /** @internal */
  constructor(
    options: StreamReaderOptions & { loop: Loop },
    connect: (protocol: StreamReaderProtocol) => ReadTransport,
  ) {
    super(options);
    this.#protocol = new StreamReaderProtocol(this, undefined, { loop: options.loop });
    this.#transport = connect(this.#protocol);
  }

  /** Stops reading; what was read and not asked for is gone. Standard input itself stays open, keeps nothing
   * alive, and can be opened again. */
  close(): void {
    this.#transport.close();
  }

  /** True once it was closed, or its end was read. */
  isClosing(): boolean {
    return this.#transport.isClosing();
  }

  /** Waits until it is closed. */
  waitClosed(): Promise<void> {
    return connectionEnd(this.#protocol);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }
}

// The process has one standard input.
let open: { readonly input: StandardInput; readonly loop: Loop } | undefined;

/** Opens standard input for reading: a terminal, a pipe, a file. Reads wait without holding up other tasks, and
 * a cancelled one loses nothing. The descriptor's mode stays as it was for whoever shares it. Close it so that
 * the program can end while input may still come; `await using` does. What asyncio's users write with
 * connect_read_pipe(…, sys.stdin).
 * @throws UsageError when it is open already: two readers would each get a part
 * @example
 * ```ts
 * import { run, openStdin } from 'asyncio-ts';
 * await run(async () => {
 *   await using stdin = await openStdin();
 *   for await (const line of stdin) console.log('you typed', String(line).trimEnd());
 *   console.log('end of input'); // -> end of input
 * });
 * ```
 */
export async function openStdin(options: StreamReaderOptions = {}): Promise<StandardInput> {
  const loop = options.loop ?? runningLoop('openStdin');
  if (open !== undefined && !open.input.isClosing() && !open.loop.isClosed()) {
    throw new UsageError('standard input is open already: share the reader, or close it first');
  }
  const input = new StandardInput({ ...options, loop }, (protocol) => connect(loop, protocol));
  open = { input, loop };
  return input;
}

function connect(loop: Loop, protocol: StreamReaderProtocol): ReadTransport {
  if (isFileLike(STDIN)) return new FileInput(loop, STDIN, protocol);
  if (backendOf(loop).name === 'host') {
    return new HostReadPipe(loop, standardStream('stdin'), protocol, undefined, true);
  }
  return new SelectorReadPipe(loop, standardPipe(STDIN, 'read'), protocol);
}
