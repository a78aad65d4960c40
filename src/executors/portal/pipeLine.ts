// The worker's end of a portal over a pipe: see pipePort.ts.

import { closePipe, readFrame, writeFrame } from '../../sys/host/frames.ts';
import type { PipePortal } from '../../sys/worker/protocol.ts';
import { loopGone } from './asking.ts';
import type { PortalLine } from './portalLine.ts';
import type { PortalCall, GivenUpMessage, ReplyMessage } from './portalWire.ts';

export class PipeLine implements PortalLine {
  readonly #portal: PipePortal;
  closed: boolean = false;

  constructor(portal: PipePortal) {
    this.#portal = portal;
  }

  send(message: PortalCall | GivenUpMessage): void {
    try {
      writeFrame(this.#portal.descriptor, message);
    } catch (error) {
      if (!isBroken(error)) throw error;
      this.closed = true;
      if (!('givenUp' in message)) throw loopGone();
    }
  }

  sleep(call: number): ReplyMessage | undefined {
    for (;;) {
      const reply = this.#read();
      // Replies to calls that were given up may still come.
      if (reply === undefined || reply.reply === call) return reply;
    }
  }

  listen(received: (reply: ReplyMessage) => void): void {
    this.#portal.reply = received as (reply: unknown) => void;
  }

  // The pool's channel keeps the process alive.
  hold(): void {}

  mayNotSleep(): boolean {
    return false;
  }

  close(): void {
    this.closed = true;
    closePipe(this.#portal.descriptor);
  }

  #read(): ReplyMessage | undefined {
    try {
      const frame = readFrame(this.#portal.descriptor);
      if (frame !== undefined) return frame.message as ReplyMessage;
    } catch (error) {
      if (!isBroken(error)) throw error;
    }
    this.closed = true;
    return undefined;
  }
}

function isBroken(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'EBADF';
}
