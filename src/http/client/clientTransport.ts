// What carries the requests: undici, with pools of our own, or the fetch of the platform.
//
// On Node it is undici where that is installed. Bun and Deno have a fetch with pools of its own, which end with the
// process; what only undici has is refused there, by name, and never left out in silence.

import { UnsupportedError } from '../../asyncio.ts';
import { runtime } from '../../lowlevel.ts';
import { limitOf, UNDICI_OPTIONS } from './clientOptions.ts';
import type { ClientOptions } from './clientOptions.ts';

export interface ClientTransport {
  readonly name: 'undici' | 'platform';
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Ends every connection. */
  close(): Promise<void>;
}

interface Dispatcher {
  destroy(): Promise<void>;
}

interface Undici {
  readonly Agent: new (options: Record<string, unknown>) => Dispatcher;
  readonly fetch: (url: string, init: object) => Promise<Response>;
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
    close: async () => {},
  };
}

function undiciTransport(undici: Undici, options: ClientOptions): ClientTransport {
  const { connections, pipelining, tls, dispatcher: given } = options;
  const keepAlive = limitOf(options, 'keepAlive');
  const agent =
    given === undefined
      ? new undici.Agent({
          ...(connections !== undefined && { connections }),
          ...(pipelining !== undefined && { pipelining }),
          ...(keepAlive !== undefined && { keepAliveTimeout: keepAlive }),
          connect: { ...tls, timeout: limitOf(options, 'connectTimeout') ?? 10_000 },
          // The limits are the client's own, on the clock of the loop.
          headersTimeout: 0,
          bodyTimeout: 0,
        })
      : undefined;
  const dispatcher = agent ?? given;
  return {
    name: 'undici',
    fetch: (url, init) => undici.fetch(url, { ...init, dispatcher }),
    close: async () => await agent?.destroy(),
  };
}

let undici: Promise<Undici | undefined> | undefined;

function loadUndici(): Promise<Undici | undefined> {
  undici ??= import('undici').then(
    (module) => module as unknown as Undici,
    () => undefined,
  );
  return undici;
}
