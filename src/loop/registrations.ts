// The table of the descriptors that are waited for, and the epoll set that is kept in step with it.
//
// 1. A registration is for a number and for the open file that was behind it when it was made. Its generation
//    comes back with each event: one that belongs to an earlier owner of the same number is told from it.
// 2. A number can be closed by anybody, and is then given out anew. Whoever is told of it learns, once, that it
//    is theirs no longer, when that shows: in a change of the set, when the set is made anew, or because they
//    ask (`verify`). Until something shows it, nobody can know: the system does not say.
// 3. Where a change showed it, the set may hold a stray: a registration that no call can take out, because a
//    duplicate keeps its open file (sys/libc/epoll.ts). It does no harm until it has events. Then the set is made
//    anew from the table, so a stray wakes the loop once.

import { osError } from '../base/osError.ts';
import type { OSError } from '../base/osError.ts';
import { EBADF } from '../sys/libc/errno.ts';
import { Epoll, EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLRDHUP } from '../sys/libc/epoll.ts';
import type { EpollEntry } from '../sys/libc/epoll.ts';
import type { Effect } from './runnable.ts';

export const READABLE: number = EPOLLIN | EPOLLERR | EPOLLHUP | EPOLLRDHUP;
export const WRITABLE: number = EPOLLOUT | EPOLLERR | EPOLLHUP;
export const HUNG_UP: number = EPOLLRDHUP | EPOLLERR | EPOLLHUP;

/** Who waits for a descriptor. */
export interface Registrant {
  /** The number is not theirs any more: somebody else closed it, or the Socket, as `error` says. It must not be
   * used, and not be closed: it may be another's by now. @internal */
  _descriptorLost(error: OSError): void;
}

/** Who is told that a descriptor is readable. Returns DRAIN when that called foreign code. */
export interface Reader extends Registrant {
  /** @internal */ _readable(): Effect;
}

/** Who is told that a descriptor is writable. */
export interface Writer extends Registrant {
  /** @internal */ _writable(): Effect;
}

/** Who is told, once, that the peer of a descriptor has ended its half or is gone, read or not. */
export interface HangUpWatcher extends Registrant {
  /** @internal */ _hungUp(): void;
}

export interface Registration {
  reader: Reader | undefined;
  writer: Writer | undefined;
  hangUp: HangUpWatcher | undefined;
  readonly generation: number;
}

export class Registrations {
  readonly epoll: Epoll = new Epoll();
  readonly #table: (Registration | undefined)[] = [];
  /** Told when the first is waited for, and when none is any more. */
  readonly #waiting: (some: boolean) => void;
  #generation: number = 0;
  #size: number = 0;
  #mayHoldStrays: boolean = false;

  constructor(waiting: (some: boolean) => void) {
    this.#waiting = waiting;
  }

  get size(): number {
    return this.#size;
  }

  at(fd: number): Registration | undefined {
    return this.#table[fd];
  }

  /** @throws OSError for what can't be waited for */
  add(fd: number, reader: Reader | undefined, writer: Writer | undefined, hangUp?: HangUpWatcher): void {
    const entry = { reader, writer, hangUp, generation: ++this.#generation >>> 0 };
    this.epoll.add(fd, maskOf(entry), entry.generation);
    this.#table[fd] = entry;
    if (this.#size++ === 0) this.#waiting(true);
  }

  /** Waits for more. False when the number was lost, which its owners then know. */
  widen(fd: number, entry: Registration, mask: number): boolean {
    if (this.epoll.modify(fd, maskOf(entry) | mask, entry.generation)) return true;
    this.#lose(fd, entry);
    return false;
  }

  /** `leaving` waits no longer, and is out of the entry. */
  narrow(fd: number, entry: Registration, leaving: Registrant): void {
    const mask = maskOf(entry);
    if (mask !== 0) {
      if (!this.epoll.modify(fd, mask, entry.generation)) this.#mayHoldStrays = true;
    } else if (!this.#remove(fd)) leaving._descriptorLost(descriptorLost(fd));
  }

  /** As {@link drop}, and they know: it is about to be closed. */
  forget(fd: number): boolean {
    const entry = this.#table[fd];
    if (entry === undefined) return true;
    const known = this.#remove(fd);
    tell(fd, entry);
    return known;
  }

  /** Nobody is told of `fd` any more. @returns false when it was lost */
  drop(fd: number): boolean {
    return this.#table[fd] === undefined || this.#remove(fd);
  }

  /** Whether a number that is waited for still stands for what it did: to be asked where its events come to
   * nothing. Its owners know when it does not. */
  verify(fd: number): boolean {
    const entry = this.#table[fd];
    return entry !== undefined && this.widen(fd, entry, 0);
  }

  /** Whether a stray is among the events of a poll that was made just now. */
  strayIn(count: number): boolean {
    if (!this.#mayHoldStrays) return false;
    for (let index = 0; index < count; index++) {
      const entry = this.#table[this.epoll.fdAt(index)];
      if (entry?.generation !== this.epoll.generationAt(index)) return true;
      const mask = this.epoll.maskAt(index);
      const wanted =
        ((mask & READABLE) !== 0 && entry.reader !== undefined) ||
        ((mask & WRITABLE) !== 0 && entry.writer !== undefined) ||
        ((mask & HUNG_UP) !== 0 && entry.hangUp !== undefined);
      if (!wanted) return true;
    }
    return false;
  }

  /** Makes the set anew: its descriptor is another one then. */
  renew(): void {
    const lost = this.epoll.renew(this.#all());
    if (lost === undefined) return;
    this.#mayHoldStrays = false;
    for (const { fd, generation } of lost) {
      const entry = this.#table[fd];
      if (entry?.generation === generation) this.#lose(fd, entry);
    }
  }

  close(): void {
    this.#table.length = 0;
    this.epoll.close();
  }

  *#all(): Generator<EpollEntry> {
    for (const [key, entry] of Object.entries(this.#table)) {
      if (entry !== undefined) yield { fd: Number(key), mask: maskOf(entry), generation: entry.generation };
    }
  }

  #remove(fd: number): boolean {
    this.#table[fd] = undefined;
    const known = this.epoll.remove(fd);
    if (!known) this.#mayHoldStrays = true;
    if (--this.#size === 0) this.#waiting(false);
    return known;
  }

  #lose(fd: number, entry: Registration): void {
    this.#table[fd] = undefined;
    this.#mayHoldStrays = true;
    if (--this.#size === 0) this.#waiting(false);
    tell(fd, entry);
  }
}

function tell(fd: number, entry: Registration): void {
  const { reader, writer, hangUp } = entry;
  entry.reader = entry.writer = entry.hangUp = undefined;
  const error = descriptorLost(fd);
  hangUp?._descriptorLost(error);
  reader?._descriptorLost(error);
  if (writer !== (reader as object | undefined)) writer?._descriptorLost(error);
}

/** What its owner says of a descriptor that somebody else closed. */
export function descriptorLost(fd: number): OSError {
  const reason = `descriptor ${fd} was closed, and not by its owner`;
  return osError({ errno: EBADF, code: 'EBADF', syscall: 'epoll_ctl', reason });
}

function maskOf({ reader, writer, hangUp }: Registration): number {
  return (
    (reader === undefined ? 0 : EPOLLIN) |
    (writer === undefined ? 0 : EPOLLOUT) |
    (hangUp === undefined ? 0 : EPOLLRDHUP)
  );
}
