// Which engine a server gets, and what it is told: where to listen, its limits, whom to tell of what it refuses.
//
// Engines are loaded when a server asks for one.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { Engine, EngineServer, OnExchange } from '../engine/exchange.ts';
import { limitsOf } from './serveOptions.ts';
import type { HttpServeOptions } from './serveOptions.ts';

/** Listens; from now on `onExchange` is called. @throws OSError */
export async function openEngine<S>(
  options: HttpServeOptions<S>,
  onExchange: OnExchange,
): Promise<EngineServer> {
  const { host, port, path, backlog, reusePort, onRefused } = options;
  const engine = await chooseEngine(options.engine);
  const limits = limitsOf(options);
  return await engine.serve({ host, port, path, backlog, reusePort, onRefused, limits }, onExchange);
}

async function chooseEngine(name: 'asyncio' | 'node' | undefined): Promise<Engine> {
  if (name !== undefined && name !== 'asyncio' && name !== 'node')
    throw new InvalidArgumentError('engine', `an engine is 'asyncio' or 'node', not ${String(name)}`);
  const { nodeEngine } = await import('../node/nodeEngine.ts');
  return nodeEngine;
}
