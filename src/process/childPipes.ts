// The pipes between a child and its transport, in one of two ways.
//
// 1. On the selector backend they are pipes of our own, whose ends the host hands to the child: they are read and
//    written on the loop's own readiness, as all other pipes.
// 2. On the host backend they are the host's streams.
// 3. STDOUT as standard error is the child's standard output once more. The host can't give one stream of its own to a
//    child twice; there a shell does so, and becomes the program (`exec`).

import { attempt } from '../base/attempt.ts';
import { UnsupportedError } from '../base/errors.ts';
import type { Loop } from '../loop/loop.ts';
import { backendOf } from '../loop/network.ts';
import { HostReadPipe } from '../pipes/host/readPipe.ts';
import { HostWritePipe } from '../pipes/host/writePipe.ts';
import { SelectorReadPipe } from '../pipes/selector/readPipe.ts';
import { SelectorWritePipe } from '../pipes/selector/writePipe.ts';
import { checkProgram } from '../sys/host/childProcess.ts';
import type { ChildCommand, ChildStdio, HostChild } from '../sys/host/childProcess.ts';
import { closeDescriptor } from '../sys/libc/descriptorKind.ts';
import { openWaitingPipe } from '../sys/libc/kernelPipe.ts';
import type { ReadTransport, WriteTransport } from '../transport/transport.ts';
import type { ChildRequest } from './command.ts';
import type { StdioSource } from './stdio.ts';

const STANDARD = [0, 1, 2] as const;

/** Where a program is to be found, where a shell must run it. */
const SHELL = '/bin/sh';

export class ChildPipes {
  /** What the host is told of the child's descriptors. */
  readonly stdio: ChildStdio[] = [];
  readonly command: ChildCommand;
  readonly #loop: Loop;
  /** Our ends, by the number that the child has for its own. */
  readonly #ours: Map<number, number> = new Map();
  readonly #theirs: Set<number> = new Set();
  readonly #piped: Set<number> = new Set();

  /** @throws OSError when there are too many descriptors; UnsupportedError */
  constructor(loop: Loop, { command, stdin, stdout, stderr, passFds }: ChildRequest) {
    this.#loop = loop;
    this.command = command;
    try {
      this.stdio.push(this.#connect(0, stdin), this.#connect(1, stdout));
      if (stderr !== 'stdout') this.stdio.push(this.#connect(2, stderr));
      else if (this.stdio[1] !== 'pipe')
        this.stdio.push(stdout === 'inherit' ? 1 : (this.stdio[1] as number));
      else {
        this.command = withErrorsIntoOutput(command);
        this.stdio.push('ignore');
      }
      for (const fd of passFds) {
        while (this.stdio.length < fd) this.stdio.push('ignore');
        this.stdio[fd] = fd;
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The child has its ends now. */
  handedOver(): void {
    for (const fd of this.#theirs) attempt(() => closeDescriptor(fd));
    this.#theirs.clear();
  }

  /** It was not started. */
  close(): void {
    this.handedOver();
    for (const fd of this.#ours.values()) attempt(() => closeDescriptor(fd));
    this.#ours.clear();
  }

  /** The descriptors of the child that are pipes. */
  get piped(): Iterable<number> {
    return this.#piped;
  }

  /** Makes the transport of our end of a pipe, which owns it from now on. */
  open(fd: number, child: HostChild, protocol: object): ReadTransport | WriteTransport {
    const ours = this.#ours.get(fd);
    if (ours === undefined) {
      const stream = child.streams[fd] as NonNullable<HostChild['streams'][number]>;
      return fd === 0
        ? new HostWritePipe(this.#loop, stream, protocol)
        : new HostReadPipe(this.#loop, stream, protocol);
    }
    const transport =
      fd === 0
        ? new SelectorWritePipe(this.#loop, ours, protocol)
        : new SelectorReadPipe(this.#loop, ours, protocol);
    this.#ours.delete(fd);
    return transport;
  }

  #connect(fd: (typeof STANDARD)[number], source: StdioSource): ChildStdio {
    if (source === 'devnull') return 'ignore';
    if (source !== 'pipe') return source;
    this.#piped.add(fd);
    if (backendOf(this.#loop).name === 'host') return 'pipe';
    const [end, start] = openWaitingPipe();
    const [ours, theirs] = fd === 0 ? [start, end] : [end, start];
    this.#ours.set(fd, ours);
    this.#theirs.add(theirs);
    return theirs;
  }
}

// The name that the program is told can't be chosen there, and is the one it is run by.
function withErrorsIntoOutput(command: ChildCommand): ChildCommand {
  const { file, args, name, ...rest } = command;
  if (name !== undefined && name !== file)
    throw new UnsupportedError(
      'STDOUT as stderr together with an executable needs the selector backend, where pipes are our own',
    );
  checkProgram(command);
  return { ...rest, file: SHELL, args: ['-c', 'exec "$0" "$@" 2>&1', file, ...args] };
}
