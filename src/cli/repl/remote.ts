// A prompt on a live process: what is typed is evaluated there, and may change nothing unless that was asked for.

import process from 'node:process';
import { CancelledError, createTask, TimeoutError, wrapFuture } from '../../asyncio.ts';
import type { EventLoop, Task } from '../../asyncio.ts';
import { attach, AttachError } from '../../inspect/inspect.ts';
import type { AttachedThread } from '../../inspect/inspect.ts';
import type { Evaluated } from '../../lowlevel.ts';
import { CommandError } from '../commandError.ts';
import { harmless } from '../../lowlevel.ts';
import { BY_USER, typeStripper } from './evaluator.ts';
import { readInputs } from './prompt.ts';
import type { Evaluates } from './prompt.ts';
import { checkComplete } from './statement.ts';

/** How long an input may take there (milliseconds) before the prompt no longer waits for it. */
const PATIENCE = 10_000;

interface RemoteOptions {
  readonly thread: number;
  readonly mayChange: boolean;
  readonly loop: EventLoop;
}

/** Reads inputs for a process until the user leaves. @throws AttachError, CommandError */
export async function promptIn(target: string, { thread, mayChange, loop }: RemoteOptions): Promise<void> {
  const program = await attach(target, { evaluate: true, children: false, answerWithin: PATIENCE });
  try {
    const there = program.threads.find((each) => each.thread === thread);
    if (there === undefined)
      throw new CommandError(`process ${program.pid} has no thread ${thread} that answers`, 1);
    if (process.stdin.isTTY) {
      console.log(
        `In process ${program.pid}. ` +
          (mayChange
            ? 'What you type can change it.'
            : 'Code that would change something is refused; --write runs it.'),
      );
      console.log('asyncio.tasks and asyncio.loops are there. Ctrl-D leaves; the process goes on.');
    }
    const evaluator = new RemoteEvaluator(there, mayChange, loop);
    const reading = readInputs({
      prompt: `${program.pid}> `,
      evaluator,
      writer: String,
      completer: (line) => evaluator.complete(line),
    });
    // In a terminal Ctrl-C is the prompt's. A signal ends all of it.
    await wrapFuture(reading);
  } finally {
    program.close();
  }
}

/** What was thrown there, as text. */
class Thrown {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

class RemoteEvaluator implements Evaluates {
  readonly #thread: AttachedThread;
  readonly #mayChange: boolean;
  readonly #loop: EventLoop;
  readonly #stripTypes: ReturnType<typeof typeStripper> = typeStripper();
  #running: Task<Evaluated> | undefined;

  constructor(thread: AttachedThread, mayChange: boolean, loop: EventLoop) {
    this.#thread = thread;
    this.#mayChange = mayChange;
    this.#loop = loop;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  async evaluate(input: string): Promise<unknown> {
    const code = checkComplete(input, this.#stripTypes);
    const answer = await this.#ask(code, this.#mayChange);
    const shown = answer.shown.split('\n').map(harmless).join('\n');
    if (!answer.failed) return shown === 'undefined' ? undefined : shown;
    throw new Thrown(this.#explain(shown));
  }

  /** Forgets the input: what it began there goes on. */
  interrupt(): void {
    this.#running?.cancel(BY_USER);
  }

  wasInterrupted(error: unknown): boolean {
    return error instanceof CancelledError && error.message === BY_USER;
  }

  look(): undefined {
    return undefined;
  }

  /** The members of what stands before the last dot, that begin with what stands behind it. */
  async complete(line: string): Promise<[string[], string]> {
    const [, path = '', begin = ''] = /((?:[\w$]+\.)*)([\w$]*)$/.exec(line) ?? [];
    const owner = path === '' ? 'globalThis' : path.slice(0, -1);
    const names = `((found) => { for (let at = Object(${owner}); at !== null; at = Object.getPrototypeOf(at)) found.push(...Object.getOwnPropertyNames(at)); return found.join(' '); })([])`;
    try {
      const { shown, failed } = await this.#ask(`${names} + ' asyncio'`, false);
      const all = failed ? [] : shown.slice(1, -1).split(' ');
      const found = [...new Set(all)].filter(
        (name) => name.startsWith(begin) && /^[a-z$_][\w$]*$/i.test(name),
      );
      return [found.sort().map((name) => path + name), path + begin];
    } catch {
      return [[], line];
    }
  }

  async #ask(code: string, mayChange: boolean): Promise<Evaluated> {
    const task = createTask(() => this.#thread.ask('evaluate', { code, mayChange }), { loop: this.#loop });
    this.#running = task;
    try {
      return await task;
    } catch (error) {
      if (error instanceof TimeoutError)
        throw new Error(`no answer in ${PATIENCE / 1000} s: it goes on there`);
      if (error instanceof AttachError) throw new Error(error.message.replace(/^Error: /, ''));
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  #explain(shown: string): string {
    if (this.#mayChange || !shown.startsWith('EvalError: Possible side-effect')) return shown;
    return 'EvalError: it would change something: --write runs it';
  }
}
