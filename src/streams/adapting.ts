// What is needed of streams by those who make something else of them, or of something else a stream.

import type { FlowControlProtocol } from './flowControlProtocol.ts';
import type { StreamWriter } from './streamWriter.ts';

/** From now on somebody else than its handler closes the writer. */
export function handOn(writer: StreamWriter): void {
  writer._handedOn = true;
}

/** Takes out what the writer's reader has received and nobody has read. */
export function takeUnread(writer: StreamWriter): Buffer[] {
  const bytes = writer._reader?._bytes;
  return bytes === undefined || bytes.length === 0 ? [] : [bytes.take(bytes.length)];
}

/** Waits for the end of a protocol's connection; throws the error that it ended with. */
export function connectionEnd(protocol: FlowControlProtocol): Promise<void> {
  return protocol._waitClosed();
}
