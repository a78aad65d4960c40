// Which engine a server gets, and what it is told: where to listen, its limits, whom to tell of what it refuses.
//
// 1. Engines are loaded when a server asks for one.
// 2. The one on the loop's own transports is taken where the loop has such, and llhttp is there. Where only that is missing
//    it is said, once.

import process from 'node:process';
import { getRunningLoop, InvalidArgumentError, UnsupportedError } from '../../asyncio.ts';
import { runtime } from '../../lowlevel.ts';
import type { Engine, EngineServer, OnExchange, Refusal } from '../engine/exchange.ts';
import { limitsOf } from './serveOptions.ts';
import type { HttpServeOptions } from './serveOptions.ts';

/** Listens; from now on `onExchange` is called. @throws OSError */
export async function openEngine<S>(
  options: HttpServeOptions<S>,
  onExchange: OnExchange,
): Promise<EngineServer> {
  const { host, port, path, backlog, reusePort, tls } = options;
  const onRefused = options.onRefused === undefined ? undefined : guarded(options.onRefused);
  const fd = typeof options.fd === 'number' ? [options.fd] : options.fd;
  const http2 = options.http2 ?? (tls !== undefined && runtime().name === 'node');
  const engine = await chooseEngine(options.engine, tls !== undefined || http2);
  const limits = limitsOf(options);
  return await engine.serve(
    { host, port, path, fd, backlog, reusePort, tls, http2, onRefused, limits },
    onExchange,
  );
}

async function chooseEngine(name: 'asyncio' | 'node' | undefined, more: boolean): Promise<Engine> {
  if (name !== undefined && name !== 'asyncio' && name !== 'node')
    throw new InvalidArgumentError('engine', `an engine is 'asyncio' or 'node', not ${String(name)}`);
  if (more && name === 'asyncio')
    throw new UnsupportedError("HTTPS and HTTP/2 are served by the engine 'node'");
  if (name !== 'node' && !more) {
    const { asyncioEngine } = await import('../engine/asyncio/asyncioEngine.ts');
    const found = asyncioEngine(getRunningLoop());
    if ('serve' in found) return found;
    if (name === 'asyncio') throw new UnsupportedError(`the engine 'asyncio' can't be had: ${found.fault}`);
    if (found.wanted) sayOnce(found.fault);
  }
  const { nodeEngine } = await import('../node/nodeEngine.ts');
  return nodeEngine;
}

/** An engine has nobody to throw to. */
function guarded(onRefused: (refusal: Refusal) => void): (refusal: Refusal) => void {
  const loop = getRunningLoop();
  return (refusal) => {
    try {
      onRefused(refusal);
    } catch (exception) {
      loop.callExceptionHandler({ message: 'onRefused of an HTTP server failed', exception });
    }
  };
}

let said = false;

function sayOnce(fault: string): void {
  if (said) return;
  said = true;
  process.emitWarning(`serving HTTP on node:http, which costs more for each request: ${fault}`, {
    type: 'PerformanceWarning',
    code: 'ASYNCIO_HTTP_ENGINE',
  });
}
