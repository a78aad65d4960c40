// What one who looks may ask for, by the names of the protocol.

import { thisProcess } from '../sys/host/thisProcess.ts';
import { PROTOCOL, VERSION } from './protocol.ts';
import type { Hello, Requests, SeenTask, Told } from './protocol.ts';
import { RefusedError } from './refusedError.ts';

type Params = Readonly<Record<string, unknown>>;
type Method = (params: Params, id: number) => unknown;

/** The connection, as what is asked over it needs it. */
export interface Audience {
  /** Nobody is there any more. */
  readonly gone: boolean;
  /** What was sent has not been taken: what can be left out is left out. */
  readonly slow: boolean;
  send(message: Told): void;
  /** Sends a part of the answer to a request; resolves when there is room for the next. */
  sendPart(id: number, part: readonly SeenTask[]): Promise<void>;
}

export class Session {
  readonly #methods: Partial<Record<keyof Requests, Method>> = {
    hello: () => this.#hello(),
  };

  /** The result of a request, or a promise of it. @throws RefusedError */
  answer(method: string, params: Params, id: number): unknown {
    const own = Object.hasOwn(this.#methods, method) ? this.#methods[method as keyof Requests] : undefined;
    if (own === undefined) throw new RefusedError('unknown-method', `there is no request "${method}"`);
    return own(params, id);
  }

  /** Nobody is told of anything any more. */
  end(): void {}

  #hello(): Hello {
    const { pid, thread, runtime, title } = thisProcess();
    return { protocol: PROTOCOL, version: VERSION, pid, thread, runtime, title, threads: [] };
  }
}
