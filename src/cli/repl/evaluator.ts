// Runs inputs under the loop: each is a task, so that a cancel ends what it waits for and nothing else.

import { createRequire } from 'node:module';
import * as nodeModule from 'node:module';
import process from 'node:process';
import vm from 'node:vm';
import * as asyncio from '../../asyncio.ts';
import type { EventLoop, Task } from '../../asyncio.ts';
import type { Evaluates, Surround } from './prompt.ts';
import { HEAD, prepare } from './statement.ts';
import type { StripTypes } from './statement.ts';

type Value = { readonly value: unknown } | undefined;

/** The engine was told to stop running code that does not wait. */
const STOPPED = 'ERR_SCRIPT_EXECUTION_INTERRUPTED';

export class Evaluator implements Evaluates {
  readonly #loop: EventLoop;
  readonly #stripTypes: StripTypes = typeStripper();
  #running: Task<Value> | undefined;
  #leave: ((why: Error) => void) | undefined;
  #count: number = 0;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** @throws SyntaxError, UnfinishedInput, and whatever the input throws */
  async evaluate(input: string, stoppable: Surround): Promise<unknown> {
    const prepared = prepare(input, this.#stripTypes);
    const number = ++this.#count;
    // No URL: from one Node would resolve imports, and can't from `repl:1`. From a bare name it does from the current folder.
    const filename = `repl ${number}`;
    const script = new vm.Script(prepared, { filename, columnOffset: -HEAD.length, ...loader() });
    const start = (): Promise<Value> =>
      stoppable((breakOnSigint) => script.runInThisContext({ breakOnSigint }) as Promise<Value>);
    const task = asyncio.createTask(start, { name: `input ${number}`, loop: this.#loop });
    const left = Promise.withResolvers<never>();
    this.#running = task;
    this.#leave = left.reject;
    try {
      return (await Promise.race([task, left.promise]))?.value;
    } finally {
      if (this.#running === task) this.#running = this.#leave = undefined;
    }
  }

  wasInterrupted(error: unknown): boolean {
    if (error instanceof asyncio.CancelledError) return error.message === BY_USER;
    return (error as { code?: unknown } | undefined)?.code === STOPPED;
  }

  look(path: string): unknown {
    try {
      return vm.runInThisContext(path);
    } catch {
      return undefined;
    }
  }

  interrupt(): void {
    const task = this.#running;
    if (task === undefined) return;
    if (task.cancelling() === 0) task.cancel(BY_USER);
    else
      this.#leave?.(new Error(`${task.getName()} was cancelled and has not ended: it goes on without you`));
  }
}

/** What a cancel by Ctrl-C says. */
export const BY_USER = 'Ctrl-C';

/** Makes the library's names global, but for those that the host has too.
 * @returns those */
export function defineNames(): string[] {
  const define = (name: string, value: unknown): void =>
    void Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  const hidden: string[] = [];
  for (const [name, value] of Object.entries(asyncio)) {
    if (name in globalThis) hidden.push(name);
    else define(name, value);
  }
  define('asyncio', asyncio);
  define('require', createRequire(`${process.cwd()}/`));
  return hidden;
}

function loader(): Pick<vm.ScriptOptions, 'importModuleDynamically'> {
  const constants = vm.constants as typeof vm.constants | undefined;
  const importModuleDynamically = constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return importModuleDynamically === undefined ? {} : { importModuleDynamically };
}

/** What removes types here. */
export function typeStripper(): StripTypes {
  const { Bun } = globalThis as { Bun?: BunLike };
  if (Bun !== undefined) {
    const transpiler = new Bun.Transpiler({ loader: 'ts', deadCodeElimination: false });
    return (code) => transpiler.transformSync(code);
  }
  return (nodeModule as Partial<typeof nodeModule>).stripTypeScriptTypes;
}

interface BunLike {
  readonly Transpiler: new (options: object) => { transformSync(code: string): string };
}
