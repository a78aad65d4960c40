// Ports between threads: pairs of them, and looking into one without waiting for the host's turn.

import process from 'node:process';
import type { MessagePort, Transferable } from 'node:worker_threads';

export type { MessagePort, Transferable };

/** What is needed of one end: that of node:worker_threads and the web's both have it. */
export interface CallPort {
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  close(): void;
}

interface Heard {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  on?(event: 'close', listener: () => void): void;
  ref?(): void;
  unref?(): void;
}

/** The two ends of a new channel. Neither keeps the process alive before it is listened to. */
export function openChannel(): [MessagePort, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}

/** Hears what comes over a port, and when the other end is gone. It keeps the thread alive unless it is unheld. */
export function hear(port: CallPort, onMessage: (data: unknown) => void, onClose: () => void): void {
  const heard = port as unknown as Heard;
  heard.on?.('close', onClose);
  heard.onmessage = (event) => onMessage(event.data);
}

/** Whether the port keeps its thread alive while it is heard. */
export function holdPort(port: CallPort, held: boolean): void {
  const heard = port as unknown as Heard;
  if (held) heard.ref?.();
  else heard.unref?.();
}

/** The next message that has arrived and that nobody has heard, taken from the port; undefined when there is none. */
export function takeMessage(port: CallPort): { readonly message: unknown } | undefined {
  const { receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads');
  return receiveMessageOnPort(port as MessagePort);
}

/** Waits, with the whole thread, until another thread has changed `index` of `words` from `value` and rings.
 * @returns false when `limit` milliseconds passed before */
export function sleepOn(
  words: Int32Array<SharedArrayBuffer>,
  index: number,
  value: number,
  limit: number,
): boolean {
  return Atomics.wait(words, index, value, limit) !== 'timed-out';
}
