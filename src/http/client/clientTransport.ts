// What carries the requests: undici, with pools of our own, or the fetch of the platform.
//
// On Node it is undici where that is installed. Bun and Deno have a fetch with pools of its own, which end with the
// process; what only undici has is refused there, by name, and never left out in silence.

import type { Socket } from 'node:net';
import { UnsupportedError } from '../../asyncio.ts';
import { runtime } from '../../lowlevel.ts';
import { limitOf, UNDICI_OPTIONS } from './clientOptions.ts';
import type { ClientOptions } from './clientOptions.ts';
import { isPlain, plainFetch } from './plainFetch.ts';
import type { Ask } from './plainFetch.ts';
import type { Received } from './receivedResponse.ts';

export interface ClientTransport {
  readonly name: 'undici' | 'platform';
  fetch(url: string, init: RequestInit): Promise<Received>;
  /** Nobody waits for this origin any more: connections to it that are not there yet are given up. */
  giveUp(origin: string, isWanted: () => boolean): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

interface Dispatcher {
  destroy(): Promise<void>;
}

type Connect = (
  to: { readonly protocol: string; readonly host: string },
  done: (...outcome: unknown[]) => void,
) => Socket | undefined;

interface Undici {
  readonly Agent: new (options: Record<string, unknown>) => Dispatcher;
  readonly fetch: (url: string, init: object) => Promise<Response>;
  readonly request: Ask;
  readonly buildConnector: (options: Record<string, unknown>) => Connect;
}

/** @throws UnsupportedError for options that need undici, where it is not there */
export async function openTransport(options: ClientOptions): Promise<ClientTransport> {
  const { name } = runtime();
  const undici = name === 'node' ? await loadUndici() : undefined;
  if (undici !== undefined) return undiciTransport(undici, options);
  const wanted = UNDICI_OPTIONS.find((option) => options[option] !== undefined);
  if (wanted !== undefined)
    throw new UnsupportedError(
      name === 'node'
        ? `the option ${wanted} of openClient needs the package undici: npm install undici`
        : `the option ${wanted} of openClient needs undici, which runs on Node only: the fetch of this runtime has its own connections`,
    );
  return {
    name: 'platform',
    fetch: (url, init) => globalThis.fetch(url, init),
    giveUp: () => {},
    close: async () => {},
  };
}

function undiciTransport(undici: Undici, options: ClientOptions): ClientTransport {
  const { connections, pipelining, tls, dispatcher: given } = options;
  const keepAlive = limitOf(options, 'keepAlive');
  const connecting = new Connecting(
    undici.buildConnector({ ...tls, timeout: limitOf(options, 'connectTimeout') ?? 10_000 }),
  );
  const agent =
    given === undefined
      ? new undici.Agent({
          ...(connections !== undefined && { connections }),
          ...(pipelining !== undefined && { pipelining }),
          ...(keepAlive !== undefined && { keepAliveTimeout: keepAlive }),
          connect: connecting.connect,
          // The limits are the client's own, on the clock of the loop.
          headersTimeout: 0,
          bodyTimeout: 0,
        })
      : undefined;
  const dispatcher = agent ?? given;
  const fetch = (url: string, init: RequestInit): Promise<Received> =>
    undici.fetch(url, { ...init, dispatcher });
  const ask: Ask = (url, asked) => undici.request(url, { ...asked, dispatcher });
  return {
    name: 'undici',
    fetch: (url, init) => (isPlain(url, init) ? plainFetch(ask, fetch, url, init) : fetch(url, init)),
    giveUp: (origin, isWanted) => connecting.giveUp((each) => each === origin, isWanted),
    close: async () => {
      connecting.giveUp(
        () => true,
        () => false,
      );
      await agent?.destroy();
    },
  };
}

/** Connections that are not there yet: undici would go on with them until their own time is over. One that is given up
 * begins anew where a request has come for it meanwhile, which would fail with it. */
class Connecting {
  readonly connect: Connect;
  readonly #connect: Connect;
  readonly #sockets: Map<Socket, string> = new Map();
  readonly #givenUp: WeakMap<Socket, () => boolean> = new WeakMap();

  constructor(connect: Connect) {
    this.#connect = connect;
    this.connect = (to, done) => this.#begin(to, done);
  }

  #begin(to: Parameters<Connect>[0], done: Parameters<Connect>[1]): Socket | undefined {
    const socket = this.#connect(to, (...outcome) => {
      const isWanted = socket === undefined ? undefined : this.#givenUp.get(socket);
      if (socket !== undefined) this.#sockets.delete(socket);
      if (isWanted?.() === true) this.#begin(to, done);
      else done(...outcome);
    });
    if (socket !== undefined) this.#sockets.set(socket, `${to.protocol}//${to.host}`);
    return socket;
  }

  giveUp(isMeant: (origin: string) => boolean, isWanted: () => boolean): void {
    for (const [socket, origin] of this.#sockets) {
      if (!isMeant(origin)) continue;
      this.#givenUp.set(socket, isWanted);
      socket.destroy(new Error('nobody waits for the connection any more'));
    }
  }
}

let undici: Promise<Undici | undefined> | undefined;

function loadUndici(): Promise<Undici | undefined> {
  undici ??= import('undici').then(
    (module) => module as unknown as Undici,
    () => undefined,
  );
  return undici;
}
