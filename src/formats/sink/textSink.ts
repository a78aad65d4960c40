// Where text is written to, whatever kind of stream it is, with its back-pressure.
//
// 1. Text is handed on whole, in the very call, and in the order of the calls. What is waited for then is room for more: a
//    cancel of that wait takes nothing back.
// 2. What takes bytes gets UTF-8. Half of a pair of surrogates has none, and is refused.
// 3. Nothing is closed here: whoever opened it closes it.

import type { EventEmitter } from 'node:events';
import { InvalidArgumentError, wrapFuture } from '../../asyncio.ts';
import { isInTask } from '../../lowlevel.ts';

/** A StreamWriter, or what is written to as one is. */
export interface DrainingTarget {
  write(bytes: Uint8Array): unknown;
  drain(): PromiseLike<unknown>;
}

/** A file of `asyncio-ts/files`, of text or of bytes. */
export interface FileTarget {
  readonly mode: string;
  write(data: never): PromiseLike<unknown>;
}

/** A stream of the host's that is written to. */
export interface HostTarget {
  write(data: string): boolean;
  readonly writableNeedDrain: boolean;
}

/** What formats are written to, by and by. */
export type TextTarget =
  | DrainingTarget
  | FileTarget
  | HostTarget
  | WritableStream<string>
  | WritableStream<Uint8Array>;

type Write = (text: string) => PromiseLike<unknown> | undefined;

export class TextSink {
  readonly #write: Write;

  /** @throws InvalidArgumentError for what can't be written to */
  constructor(target: TextTarget) {
    this.#write = writeTo(target);
  }

  /** Hands text on, and waits until there is room for more. @throws what the target throws */
  async write(text: string): Promise<void> {
    if (text === '') return;
    const room = this.#write(text);
    if (room !== undefined) await room;
  }
}

/** Whether text goes there by and by, and not at once. */
export function isTextTarget(target: unknown): target is TextTarget {
  const kind = target as Record<string, unknown> | null | undefined;
  return (
    typeof kind?.['getWriter'] === 'function' ||
    (typeof kind?.['write'] === 'function' &&
      (typeof kind['drain'] === 'function' ||
        typeof kind['mode'] === 'string' ||
        typeof kind['writableNeedDrain'] === 'boolean'))
  );
}

function writeTo(target: TextTarget): Write {
  if (!isTextTarget(target)) {
    throw new InvalidArgumentError(
      'target',
      'a target is a StreamWriter, a file, a stream of the host that is written to, or a WritableStream',
    );
  }
  if ('getWriter' in target) return (text) => writeToWeb(target, text);
  if ('drain' in target)
    return (text) => {
      target.write(encode(text));
      return target.drain();
    };
  if ('mode' in target) {
    const isBinary = target.mode.includes('b');
    return (text) => target.write((isBinary ? encode(text) : text) as never);
  }
  return (text) => (target.write(text) ? undefined : foreign(drained(target)));
}

async function writeToWeb(stream: WritableStream<unknown>, text: string): Promise<void> {
  const writer = stream.getWriter();
  try {
    const written = writer.write(encode(text));
    written.catch(() => {});
    await foreign(writer.ready);
  } finally {
    writer.releaseLock();
  }
}

function drained(stream: HostTarget): Promise<void> {
  const target = stream as HostTarget & EventEmitter;
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      target.off('drain', drain);
      target.off('error', fail);
      target.off('close', close);
      settle();
    };
    const drain = (): void => end(resolve);
    const fail = (error: Error): void => end(() => reject(error));
    const close = (): void => end(() => reject(new Error('the stream was closed before all was written')));
    target.once('drain', drain);
    target.once('error', fail);
    target.once('close', close);
  });
}

/** A wait for the host's promise, which a cancel reaches. */
function foreign<T>(promise: Promise<T>): PromiseLike<T> {
  return isInTask() ? wrapFuture(promise) : promise;
}

function encode(text: string): Buffer {
  if (!text.isWellFormed())
    throw new InvalidArgumentError('text', 'half of a pair of surrogates has no UTF-8: take it out first');
  return Buffer.from(text);
}
