// Where text is written to, whatever kind of stream it is, with its back-pressure.
//
// 1. Text is handed on whole, in the very call, and in the order of the calls, of which several may wait. What is waited for
//    then is room for more: a cancel of that wait takes nothing back.
// 2. What takes bytes gets UTF-8. Half of a pair of surrogates has none, and is refused.
// 3. Nothing is closed here: whoever opened it closes it. What was closed by somebody is an error, and never a wait.

import type { EventEmitter } from 'node:events';
import { BrokenPipeError, InvalidArgumentError, wrapFuture } from '../../asyncio.ts';
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
  readonly destroyed?: boolean;
  readonly errored?: Error | null;
}

/** What formats are written to, by and by. */
export type TextTarget = DrainingTarget | FileTarget | HostTarget | WritableStream<Uint8Array>;

/** Hands text on; `waits` says whether there must be room for more, as far as the target has any to wait for. */
type Write = (text: string, waits: boolean) => PromiseLike<unknown> | undefined;

export class TextSink {
  readonly #write: Write;
  readonly #takesText: boolean;

  /** @throws InvalidArgumentError for what can't be written to */
  constructor(target: TextTarget) {
    this.#write = writeTo(target);
    this.#takesText = isFile(target) && !target.mode.includes('b');
  }

  /** @throws InvalidArgumentError for text that the target can't have */
  check(text: string): void {
    if (!this.#takesText && !text.isWellFormed())
      throw new InvalidArgumentError(
        'text',
        'half of a pair of surrogates has no UTF-8: take it out first',
      );
  }

  /** Hands text on, and waits until there is room for more. @throws what the target throws */
  async write(text: string): Promise<void> {
    if (text === '') return;
    this.check(text);
    const room = this.#write(text, true);
    if (room !== undefined) await room;
  }

  /** The same without the wait for room, for text that must go before an error does. Only a file is waited for. */
  async leave(text: string): Promise<void> {
    if (text !== '') await this.#write(text, false);
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
  if ('getWriter' in target) return writeToWeb(target);
  if ('drain' in target)
    return (text, waits) => {
      target.write(Buffer.from(text));
      return waits ? target.drain() : undefined;
    };
  if (isFile(target)) {
    const isBinary = target.mode.includes('b');
    return (text) => target.write((isBinary ? Buffer.from(text) : text) as never);
  }
  return writeToHost(target);
}

function isFile(target: TextTarget): target is FileTarget {
  return 'mode' in target && !('drain' in target) && !('getWriter' in target);
}

/** A stream has one writer at a time: it is held while anybody waits. */
function writeToWeb(stream: WritableStream<Uint8Array>): Write {
  let writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  let waiting = 0;
  return async (text, waits) => {
    const held = (writer ??= stream.getWriter());
    waiting++;
    try {
      const written = held.write(Buffer.from(text));
      written.catch(() => {});
      if (waits) await foreign(held.ready);
    } finally {
      if (--waiting === 0) {
        writer = undefined;
        held.releaseLock();
      }
    }
  };
}

function writeToHost(stream: HostTarget): Write {
  let room: Promise<void> | undefined;
  return (text, waits) => {
    if (stream.write(text) || !waits) return undefined;
    room ??= drained(stream).finally(() => {
      room = undefined;
    });
    return foreign(room);
  };
}

function drained(stream: HostTarget): Promise<void> {
  const target = stream as HostTarget & EventEmitter;
  const closed = (): Error =>
    target.errored ?? new BrokenPipeError('the stream was closed before all was written');
  // It has no event left.
  if (target.destroyed === true) return Promise.reject(closed());
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      target.off('drain', drain);
      target.off('error', fail);
      target.off('close', close);
      settle();
    };
    const drain = (): void => end(resolve);
    const fail = (error: Error): void => end(() => reject(error));
    const close = (): void => end(() => reject(closed()));
    target.once('drain', drain);
    target.once('error', fail);
    target.once('close', close);
  });
}

/** A wait for the host's promise, which a cancel reaches. */
function foreign<T>(promise: Promise<T>): PromiseLike<T> {
  return isInTask() ? wrapFuture(promise) : promise;
}
