// The same for each engine that this host has, as the contract between engines and the server says it
// (src/http/engine/exchange.ts).

import { test } from 'node:test';
import { getRunningLoop, run, timeout } from '../../../src/asyncio.ts';
import { asyncioEngine } from '../../../src/http/engine/asyncio/asyncioEngine.ts';
import type { Engine, EngineOptions, EngineServer, OnExchange } from '../../../src/http/engine/exchange.ts';
import { nodeEngine } from '../../../src/http/node/nodeEngine.ts';
import { connect } from '../client.ts';
import type { Client } from '../client.ts';
import { engines } from '../engines.ts';

export interface Serving {
  readonly server: EngineServer;
  readonly engine: Engine['name'];
  /** A client that is closed at the end of the test. */
  connect(): Promise<Client>;
}

async function find(name: Engine['name']): Promise<Engine> {
  if (name === 'node') return nodeEngine;
  const found = asyncioEngine(getRunningLoop());
  if ('fault' in found) throw new Error(found.fault);
  return found;
}

/** Serves on an engine while `body` runs. */
export async function serving(
  name: Engine['name'],
  onExchange: OnExchange,
  body: (serving: Serving) => Promise<unknown>,
  options: EngineOptions = {},
): Promise<void> {
  const server = await (await find(name)).serve({ host: '127.0.0.1', ...options }, onExchange);
  const [, port] = server.addresses[0] as [string, number];
  const clients: Client[] = [];
  try {
    await body({
      server,
      engine: name,
      async connect() {
        const client = await connect(port);
        clients.push(client);
        return client;
      },
    });
  } finally {
    for (const client of clients) client.leave();
    server.stop(false);
    server.abortAll();
    await server.closed();
  }
}

/** A test on each engine, in a loop of its own. */
export function onEachEngine(
  title: string,
  onExchange: () => OnExchange,
  body: (serving: Serving) => Promise<unknown>,
  options: EngineOptions = {},
  only: readonly Engine['name'][] = engines,
): void {
  for (const name of engines.filter((each) => only.includes(each)))
    test(`${title} (${name})`, () =>
      run(() => timeout(10_000, () => serving(name, onExchange(), body, options))));
}
