// The program of a worker: it imports the module, serves what that exports, and ends when it is told to.
//
// 1. It ends with its parent: when the channel is cut it stops, as gracefully as if it had been asked to.
// 2. SIGTERM stops this one worker gracefully. SIGINT and SIGHUP reach it where a terminal sends them to the whole group:
//    they are its parent's.

import process from 'node:process';
import { InvalidArgumentError } from '../../../asyncio.ts';
import { serve } from '../../serve/serve.ts';
import type { FetchApp, HttpHandler, HttpServeOptions } from '../../serve/serveOptions.ts';
import type { FromWorker, ToWorker } from '../protocol.ts';

type Serve = Extract<ToWorker, { kind: 'serve' }>;

interface AppModule {
  readonly default?: HttpHandler | FetchApp;
  readonly options?: HttpServeOptions;
}

const GRACE_TIME = 10_000;
const toServe = Promise.withResolvers<Serve>();
const toStop = Promise.withResolvers<number>();

process.on('message', (message: ToWorker) => {
  if (message.kind === 'serve') toServe.resolve(message);
  else if (message.kind === 'stop') toStop.resolve(message.graceTime);
});
process.on('disconnect', () => toStop.resolve(GRACE_TIME));
process.on('SIGTERM', () => toStop.resolve(GRACE_TIME));
process.on('SIGINT', () => {});
if (process.platform !== 'win32') process.on('SIGHUP', () => {});

try {
  await tell({ kind: 'hello' });
  const { module, listening, options } = await toServe.promise;
  const app = (await import(module)) as AppModule;
  if (app.default === undefined)
    throw new InvalidArgumentError('module', `${module} has no default export, which would be the handler`);
  const whole = { ...app.options, ...options, ...listening };
  const server = await serve(app.default, whole);
  await tell({ kind: 'ready', addresses: server.addresses, secure: whole.tls !== undefined });
  await server.shutdown({ graceTime: await toStop.promise, drain: true });
  process.exit(0);
} catch (error) {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  await tell({ kind: 'failed', message, stack: stack ?? message });
  process.exit(1);
}

/** Resolves when it was handed to the system; a parent that is gone is told nothing. */
async function tell(message: FromWorker): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
