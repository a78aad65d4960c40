// What was thrown in a worker, put together again on this side.
//
// 1. Errors of the language, the host's DOMException and the library's come back as instances of their class; any other
//    keeps its name, and is an Error. Fields, `code`, cause and grouped errors come along.
// 2. The stack says both sides: the lines in the worker, which worker that was, and the lines that submitted the work.

import * as errors from '../base/errors.ts';
import { ExceptionGroup } from '../base/exceptionGroup.ts';
import * as osErrors from '../base/osError.ts';
import * as queueErrors from '../queues/queueErrors.ts';
import * as streamErrors from '../streams/streamErrors.ts';
import { BrokenBarrierError } from '../sync/brokenBarrierError.ts';
import { WouldBlockError } from '../sync/wouldBlockError.ts';
import type { PackedError } from '../sys/worker/protocol.ts';
import { BrokenExecutorError } from './brokenExecutorError.ts';

type ErrorClass = { readonly prototype: object };

const language: readonly ErrorClass[] = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
  AggregateError,
];

const own: readonly unknown[] = [
  ...[errors, osErrors, queueErrors, streamErrors].flatMap((module) => Object.values(module) as unknown[]),
  ExceptionGroup,
  BrokenBarrierError,
  WouldBlockError,
  BrokenExecutorError,
];

const classes: ReadonlyMap<string, object> = new Map(
  [...language, ...(own.filter(isErrorClass) as ErrorClass[])].map(({ prototype }) => [
    (prototype as Error).name,
    prototype,
  ]),
);

function isErrorClass(value: unknown): boolean {
  return typeof value === 'function' && value.prototype instanceof Error;
}

/** Where a call was submitted and run, for the stack. */
export interface Places {
  /** `thread 3 of ThreadPoolExecutor`. */
  readonly worker: string;
  /** A stack taken where the call was submitted. */
  readonly caller: string | undefined;
}

/** What was thrown, as it is thrown here. */
export function restoreError(packed: PackedError, places: Places): unknown {
  if (!packed.error) return packed.value;
  const error = restoreOne(packed);
  const lines = [error.stack ?? '', `    at ${places.worker}`, linesOf(places.caller)];
  define(error, 'stack', lines.filter((text) => text !== '').join('\n'));
  return error;
}

function restoreOne(packed: Extract<PackedError, { error: true }>): Error {
  const { name, message, fields, stack } = packed;
  if (name === 'DataCloneError' || fields['code'] === 20) {
    // A DOMException is made by its constructor alone.
    const exception = new DOMException(message, name);
    define(exception, 'stack', stripProgram(stack));
    return exception;
  }
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Error(message);
  Error.stackTraceLimit = limit;
  const prototype = classes.get(name);
  if (prototype !== undefined) Object.setPrototypeOf(error, prototype);
  else define(error, 'name', name);
  for (const [key, value] of Object.entries(fields)) {
    // The prototype has it already.
    if ((error as unknown as Record<string, unknown>)[key] === value) continue;
    Object.defineProperty(error, key, { value, enumerable: true, configurable: true, writable: true });
  }
  if (packed.cause !== undefined) define(error, 'cause', restoreInner(packed.cause));
  if (packed.errors !== undefined) define(error, 'errors', packed.errors.map(restoreInner));
  define(error, 'stack', stripProgram(stack));
  return error;
}

function restoreInner(packed: PackedError): unknown {
  return packed.error ? restoreOne(packed) : packed.value;
}

// The lines of the program that runs in every worker tell nobody anything.
function stripProgram(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/asyncio-ts-worker|\bnode:|\[worker eval|\bext:/.test(line))
    .join('\n');
}

function linesOf(stack: string | undefined): string {
  return stack === undefined ? '' : stripProgram(stack.slice(stack.indexOf('\n    at ') + 1));
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false });
}
