// Standard output and standard error as streams: a slow terminal or pipe makes `drain` wait, not the thread.

import type { Loop } from '../../loop/loop.ts';
import { backendOf } from '../../loop/network.ts';
import { runningLoop } from '../../loop/running.ts';
import { standardStream } from '../../sys/host/pipes.ts';
import { HostWritePipe } from '../host/writePipe.ts';
import { SelectorWritePipe } from '../selector/writePipe.ts';
import { FlowControlProtocol } from '../../streams/flowControlProtocol.ts';
import { StreamWriter } from '../../streams/streamWriter.ts';
import type { WriteTransport } from '../../transport/transport.ts';
import { FileOutput } from './fileOutput.ts';
import { isFileLike, isSocket, standardPipe } from './standardPipe.ts';

const STDOUT = 1;
const STDERR = 2;

/** Opens standard output for writing: `write`, and `await drain()` while its reader is slow. What it takes at
 * once stands in order with what `console.log` prints; what is buffered comes later, and is lost if the program
 * ends before: `await using`, or close and waitClosed. Closing leaves standard output itself open. When the
 * reader has gone, `drain` throws.
 * @example
 * ```ts
 * import { run, openStdout } from 'asyncio-ts';
 * await run(async () => {
 *   await using stdout = await openStdout();
 *   stdout.write(Buffer.from('printed\n'));
 *   await stdout.drain();
 *   console.log(stdout.transport.getWriteBufferSize()); // -> 0
 * });
 * ```
 */
export async function openStdout(): Promise<StreamWriter> {
  return openOutput(runningLoop('openStdout'), STDOUT);
}

/** As {@link openStdout}, for standard error.
 * @example
 * ```ts
 * import { run, openStderr } from 'asyncio-ts';
 * await run(async () => {
 *   await using stderr = await openStderr();
 *   stderr.write(Buffer.from(''));
 *   console.log(stderr.isClosing()); // -> false
 * });
 * ```
 */
export async function openStderr(): Promise<StreamWriter> {
  return openOutput(runningLoop('openStderr'), STDERR);
}

function openOutput(loop: Loop, fd: typeof STDOUT | typeof STDERR): StreamWriter {
  const protocol = new FlowControlProtocol(loop);
  return new StreamWriter(connect(loop, fd, protocol), protocol, undefined, loop);
}

function connect(
  loop: Loop,
  fd: typeof STDOUT | typeof STDERR,
  protocol: FlowControlProtocol,
): WriteTransport {
  if (isFileLike(fd)) return new FileOutput(loop, fd, protocol);
  if (backendOf(loop).name === 'host') {
    const stream = standardStream(fd === STDOUT ? 'stdout' : 'stderr');
    return new HostWritePipe(loop, stream, protocol, undefined, true);
  }
  return new SelectorWritePipe(loop, standardPipe(fd, 'write'), protocol, undefined, isSocket(fd));
}
