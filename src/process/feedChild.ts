// A child's standard input that is fed from a stream: what that receives is written on by a task, with the back-pressure
// of both, and the child sees its end. When the child reads no more, the stream is closed, as a shell's pipeline does:
// who writes to it learns by that.

import { isCancelledError } from '../base/errors.ts';
import { createTask } from '../core/task/createTask.ts';
import type { Loop } from '../loop/loop.ts';
import { FlowControlProtocol } from '../streams/flowControlProtocol.ts';
import { RelayError } from '../streams/relayError.ts';
import type { StreamReader } from '../streams/streamReader.ts';
import { StreamWriter } from '../streams/streamWriter.ts';
import type { WriteTransport } from '../transport/transport.ts';

/** The protocol of the pipe that is fed. */
export class FeedProtocol extends FlowControlProtocol {
  readonly #lost: () => void;

  constructor(loop: Loop, lost: () => void) {
    super(loop);
    this.#lost = lost;
  }

  override connectionLost(error: unknown): void {
    super.connectionLost(error);
    this.#lost();
  }
}

export function feedChild(
  loop: Loop,
  reader: StreamReader,
  pipe: WriteTransport,
  protocol: FeedProtocol,
  name: string,
): void {
  const writer = new StreamWriter(pipe, protocol, undefined, loop);
  void createTask(() => feed(reader, writer), { loop, name });
}

async function feed(reader: StreamReader, writer: StreamWriter): Promise<void> {
  try {
    await reader.pipeTo(writer);
  } catch (error) {
    if (isCancelledError(error)) throw error;
    // The child sees the end where the source failed; the source where the child reads no more.
    if (error instanceof RelayError && error.side === 'writer') await reader[Symbol.asyncDispose]();
  } finally {
    writer.close();
  }
}
