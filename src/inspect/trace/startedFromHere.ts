// Lets a program load a module of ours before its own in whatever is started from here: child processes by NODE_OPTIONS,
// which each Node obeys, and worker threads by their arguments, since a worker takes NODE_OPTIONS from the start of its
// process and not from now. On Node only.

import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import threads from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';

/** Loads `url` first in all that is started from now on, with the environment variable `name` set; returns what ends
 * that. */
export function loadInWhatIsStarted(url: string, name: string, value: string): () => void {
  const options = process.env['NODE_OPTIONS'];
  const before = process.env[name];
  process.env['NODE_OPTIONS'] = `${options ?? ''} --import=${url}`.trim();
  process.env[name] = value;
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(file: string | URL, given: WorkerOptions = {}) {
      const { execArgv = process.execArgv } = given;
      super(file, { ...given, execArgv: [...execArgv, `--import=${url}`] });
    }
  };
  syncBuiltinESMExports();
  return () => {
    putBack('NODE_OPTIONS', options);
    putBack(name, before);
    threads.Worker = Worker;
    syncBuiltinESMExports();
  };
}

function putBack(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
