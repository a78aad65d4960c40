// What a selector knows of a registered file object.

import { isDescriptor } from '../base/checkDescriptor.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';

/** Readable: bytes or a connection are there, or the end of data, or an error.
 * @example
 * ```ts
 * import { EVENT_READ, EVENT_WRITE } from 'asyncio-ts/selectors';
 * console.log(EVENT_READ, EVENT_WRITE, EVENT_READ | EVENT_WRITE); // -> 1 2 3
 * ```
 */
export const EVENT_READ = 1;
/** Writable; see {@link EVENT_READ}. */
export const EVENT_WRITE = 2;

/** A file descriptor, or what has one. */
export type FileObject = number | { fileno(): number };

/** A registration: the object, its descriptor, the events that are waited for, and the data that was given
 * along. It does not change; a new one comes from `modify`. Semantics: selectors.SelectorKey.
 * @example
 * ```ts
 * import { DefaultSelector, EVENT_READ, SelectorKey } from 'asyncio-ts/selectors';
 * import { socketpair } from 'asyncio-ts/socket';
 * const [left, right] = socketpair();
 * const selector = new DefaultSelector<string>();
 * const key = selector.register(left, EVENT_READ, 'mine');
 * console.log(key instanceof SelectorKey, key.fd === left.fileno(), key.data); // -> true true mine
 * selector.close();
 * left.close();
 * right.close();
 * ```
 */
export class SelectorKey<Data = unknown> {
  readonly fileobj: FileObject;
  readonly fd: number;
  readonly events: number;
  readonly data: Data | undefined;

  constructor(fileobj: FileObject, fd: number, events: number, data?: Data) {
    this.fileobj = fileobj;
    this.fd = fd;
    this.events = events;
    this.data = data;
    Object.freeze(this);
  }
}

/** The descriptor of a file object. @throws InvalidArgumentError when it has none (any more) */
export function descriptorOf(fileobj: unknown): number {
  const fd = typeof fileobj === 'number' ? fileobj : askFor(fileobj);
  if (isDescriptor(fd)) return fd;
  throw new InvalidArgumentError(
    'fileobj',
    typeof fd === 'number'
      ? `invalid file descriptor: ${fd}`
      : 'a file object is a descriptor, or has a fileno() method that tells it',
  );
}

function askFor(fileobj: unknown): unknown {
  if (typeof fileobj !== 'object' || fileobj === null || !('fileno' in fileobj)) return undefined;
  return typeof fileobj.fileno === 'function' ? (fileobj as { fileno(): unknown }).fileno() : undefined;
}

/** @throws InvalidArgumentError for anything but EVENT_READ, EVENT_WRITE or both */
export function checkEvents(events: unknown): number {
  if (events === EVENT_READ || events === EVENT_WRITE || events === (EVENT_READ | EVENT_WRITE))
    return events;
  throw new InvalidArgumentError(
    'events',
    `events must be EVENT_READ, EVENT_WRITE or both, not ${showValue(events)}`,
  );
}
