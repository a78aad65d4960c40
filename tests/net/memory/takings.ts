// The ways in which a program can take memory away from everybody who has a view of it.

import { MessageChannel } from 'node:worker_threads';

/** Takes it, or throws where that is refused. Whether it was taken, `bytes.byteLength === 0` tells. */
export type Taking = (bytes: Uint8Array) => void;

export const takings: Readonly<Record<string, Taking>> = {
  structuredClone: ({ buffer }) => void structuredClone(buffer, { transfer: [buffer as ArrayBuffer] }),
  postMessage: (bytes) => {
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
    } finally {
      port1.close();
      port2.close();
    }
  },
  'a byte stream': (bytes) => {
    new ReadableStream({
      type: 'bytes',
      start: (controller) => controller.enqueue(bytes as Uint8Array<ArrayBuffer>),
    });
  },
  'ArrayBuffer.transfer': ({ buffer }) => void (buffer as ArrayBuffer).transfer(),
  'ArrayBuffer.transferToFixedLength': ({ buffer }) =>
    void (buffer as ArrayBuffer).transferToFixedLength(0),
  'transfer of the prototype': ({ buffer }) => void ArrayBuffer.prototype.transfer.call(buffer, 1),
};

/** Takes it where that is allowed. */
export function tryToTake(taking: Taking, bytes: Uint8Array): void {
  try {
    taking(bytes);
  } catch {
    // Refused: it is shared.
  }
}

/** Bytes whose memory can be made smaller, with the same value each, and what makes it smaller. */
export function resizable(size: number, value: string): { bytes: Uint8Array; shrink(): void } {
  const memory = new ArrayBuffer(size, { maxByteLength: 2 * size });
  return {
    bytes: new Uint8Array(memory).fill(value.charCodeAt(0)),
    shrink: () => memory.resize(size >> 4),
  };
}
