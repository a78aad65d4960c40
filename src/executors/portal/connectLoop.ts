// Connecting to a loop on another thread, over a port that it has handed out.

import { monotonic } from '../../sys/host/host.ts';
import { hear, holdPort, sleepOn, takeMessage } from '../../sys/host/messagePort.ts';
import type { CallPort } from '../../sys/host/messagePort.ts';
import type { PortalLine } from './portalLine.ts';
import { CLOSED, REPLIES } from './portalWire.ts';
import type {
  GivenUpMessage,
  HelloMessage,
  PortalCall,
  ReplyMessage,
  ThreadHandlers,
} from './portalWire.ts';
import { remoteLoop } from './remoteLoop.ts';
import type { RemoteLoop } from './remoteLoop.ts';
import { leadsHere } from './threadPort.ts';

/** Connects a worker thread to the loop that made `port` with `threadsafePort(handlers)`, to call these handlers: to
 * schedule them, to await them, or to sleep until they have returned. Give it their type.
 * @example
 * ```ts
 * import { run, getRunningLoop, connectLoop } from 'asyncio-ts';
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   const handlers = { greet: async (name: string) => `hello ${name}` };
 *   const port = loop.threadsafePort(handlers);
 *   const remote = connectLoop<typeof handlers>(port); // in the worker that `port` was sent to
 *   console.log(await remote.call('greet', 'ada')); // -> hello ada
 *   remote.close();
 * });
 * ```
 */
export function connectLoop<H extends ThreadHandlers = ThreadHandlers>(port: CallPort): RemoteLoop<H> {
  return remoteLoop(new PortLine(port));
}

class PortLine implements PortalLine {
  readonly #port: CallPort;
  readonly #bell: Int32Array<SharedArrayBuffer> | undefined;

  constructor(port: CallPort) {
    this.#port = port;
    this.#bell = (takeMessage(port)?.message as HelloMessage | undefined)?.bell;
  }

  get closed(): boolean {
    return this.#bell !== undefined && Atomics.load(this.#bell, CLOSED) === 1;
  }

  send(message: PortalCall | GivenUpMessage): void {
    this.#port.postMessage(message);
  }

  mayNotSleep(): boolean {
    return this.#bell === undefined || leadsHere(this.#port);
  }

  sleep(call: number, limit: number, others: (reply: ReplyMessage) => void): ReplyMessage | undefined {
    const bell = this.#bell as Int32Array<SharedArrayBuffer>;
    const end = monotonic() + limit;
    for (;;) {
      const heard = Atomics.load(bell, REPLIES);
      for (let taken = takeMessage(this.#port); taken !== undefined; taken = takeMessage(this.#port)) {
        const reply = taken.message as ReplyMessage;
        if (reply.reply === call) return reply;
        others(reply);
      }
      if (this.closed || !sleepOn(bell, REPLIES, heard, end - monotonic())) return undefined;
    }
  }

  listen(received: (reply: ReplyMessage) => void, gone: () => void): void {
    hear(this.#port, (data) => received(data as ReplyMessage), gone);
  }

  hold(on: boolean): void {
    holdPort(this.#port, on);
  }

  close(): void {
    this.#port.close();
  }
}
