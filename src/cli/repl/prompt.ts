// The prompt: node's own, with an evaluation that may wait.
//
// 1. Lines wait while an input runs: they are read one after the other, from a terminal and from a pipe.
// 2. Ctrl-C cancels the running input, and only that; the second time the prompt comes back without waiting for it.
//    Without an input it is node's: it clears the line, and the second leaves.
// 3. When there is no more input the prompt waits for the last one and closes.

import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Recoverable, start } from 'node:repl';
import type { REPLServer, ReplOptions } from 'node:repl';
import { PassThrough } from 'node:stream';
import { inspect, types } from 'node:util';
import { UnfinishedInput } from './statement.ts';

/** What runs an input. */
export interface Evaluates {
  readonly isRunning: boolean;
  /** Runs an input to its end; `stoppable` surrounds what runs at once, without waiting. */
  evaluate(input: string, stoppable: Surround): Promise<unknown>;
  interrupt(): void;
  /** Whether this is how an input ends that was interrupted. */
  wasInterrupted(error: unknown): boolean;
  /** The value of a name, for completion; undefined when there is none. */
  look(path: string): unknown;
}

/** Calls `step` so that Ctrl-C stops it; tells it whether that can be. */
export type Surround = <T>(step: (interruptible: boolean) => T) => T;

type Done = (error: Error | null, value: unknown) => void;

export interface PromptOptions {
  readonly prompt: string;
  readonly evaluator: Evaluates;
  /** Shows a value; node's inspection by default. */
  readonly writer?: ((value: unknown) => string) | undefined;
  /** What may follow a line, and the part of the line that it replaces; node's own completion by default. */
  readonly completer?: ((line: string) => Promise<[string[], string]>) | undefined;
}

/** Reads and runs inputs until the user leaves. */
export async function readInputs(options: PromptOptions): Promise<void> {
  if (process.stdin.isTTY && process.stdout.isTTY) await readTerminal(options);
  else await readPipe(options);
}

async function readTerminal({ prompt, evaluator, writer, completer }: PromptOptions): Promise<void> {
  let unanswered = 0;
  const answered = (): void => {
    unanswered -= 1;
    readNext();
  };
  const options = { prompt, terminal: true, ...completion(completer) };
  const server = startServer(evaluator, writer, options, cooked, () => {
    unanswered += 1;
    return answered;
  });
  const usual = server.listeners('line') as ((line: string) => void)[];
  const lines: string[] = [];
  const readNext = (): void => {
    while (unanswered === 0 && lines.length > 0) {
      const line = lines.shift() ?? '';
      for (const listener of usual) listener.call(server, line);
    }
  };
  server.removeAllListeners('line');
  server.on('line', (line) => {
    lines.push(line);
    readNext();
  });
  cancelByCtrlC(server, evaluator, lines);
  await keepHistory(server);
  await ended(server);
}

async function readPipe({ evaluator, writer }: PromptOptions): Promise<void> {
  const input = new PassThrough();
  let answered = Promise.withResolvers<void>();
  const options = { prompt: '', terminal: false, input, output: process.stdout };
  const server = startServer(
    evaluator,
    writer,
    options,
    (step) => step(false),
    () => () => answered.resolve(),
  );
  // It would prompt for the next line of an input.
  server.displayPrompt = () => {};
  const end = ended(server);
  const reader = createInterface({ input: process.stdin });
  // An input may close it.
  process.stdin.once('close', () => reader.close());
  for await (const line of reader) {
    answered = Promise.withResolvers();
    input.write(`${line}\n`);
    // Blank lines and commands of the prompt are not evaluated.
    if (line.trim() !== '' && !/^\s*\./.test(line)) await Promise.race([answered.promise, end]);
  }
  input.end();
  await end;
}

/** What node's completion wants to know the value of. */
const COMPLETION = /^try \{ ([\w$.?[\]'"]+) \} catch \{\} ?$/;

/** @param evaluating is called when an input is to be run, and what it returns when that is done */
function startServer(
  evaluator: Evaluates,
  writer: PromptOptions['writer'],
  options: ReplOptions,
  surround: Surround,
  evaluating: () => () => void,
): REPLServer {
  const answer = async (input: string, done: Done, evaluated: () => void): Promise<void> => {
    let [error, value]: [Error | null, unknown] = [null, undefined];
    try {
      value = await evaluator.evaluate(input.replace(/\n$/, ''), surround);
    } catch (caught) {
      if (isInterrupt(evaluator, caught)) server.output.write('cancelled\n');
      else error = shown(caught);
    }
    done(error, value);
    evaluated();
  };
  const server = start({
    ...options,
    useGlobal: true,
    ignoreUndefined: true,
    ...(writer === undefined ? {} : { writer }),
    eval: (input, _context, _file, done) => {
      const completed = COMPLETION.exec(input)?.[1];
      if (completed !== undefined) {
        done(null, evaluator.look(completed));
        return;
      }
      void answer(input, done, evaluating());
    },
  });
  return server;
}

function completion(complete: PromptOptions['completer']): Pick<ReplOptions, 'completer'> {
  if (complete === undefined) return {};
  return {
    completer: (line: string, done: (error: null, found: [string[], string]) => void): void => {
      void (async () => done(null, await complete(line)))();
    },
  };
}

/** In raw mode Ctrl-C is a key and no signal, and code that does not wait reads no keys. */
function cooked<T>(step: (interruptible: boolean) => T): T {
  const { stdin } = process;
  stdin.setRawMode(false);
  try {
    return step(true);
  } finally {
    stdin.setRawMode(true);
  }
}

async function ended(server: REPLServer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.on('exit', () => resolve());
  await promise;
}

/** What was thrown may be anything, and throw when it is asked. */
function isInterrupt(evaluator: Evaluates, thrown: unknown): boolean {
  try {
    return evaluator.wasInterrupted(thrown);
  } catch {
    return false;
  }
}

function shown(error: unknown): Error {
  if (error instanceof UnfinishedInput) return new Recoverable(error);
  try {
    if (error instanceof Error) trim(error);
    // Node's prompt takes what is not there for no error, and reads the others.
    if (error !== undefined && error !== null)
      return types.isProxy(error) ? new AsText(error) : (error as Error);
  } catch {
    // Its stack is a getter that throws, or it can't be written.
  }
  return new AsText(error);
}

/** What was thrown, for node's prompt to show. */
class AsText extends Error {
  constructor(thrown: unknown) {
    super();
    const text = inspect(thrown, { depth: 0 });
    Object.defineProperty(this, inspect.custom, { value: () => text });
  }
}

/** Leaves out the lines of the prompt itself: the last of the input's is where it is called. */
function trim(error: Error): void {
  const lines = error.stack?.split('\n') ?? [];
  const first = lines.findIndex((line) => line.startsWith('    at '));
  if (first === -1) return;
  const last = lines.findLastIndex((line) => /[ (]repl \d+:/.test(line));
  const called = /^ {4}at repl \d+:\d+:3$/.test(lines[last] ?? '');
  const kept = lines.slice(0, Math.max(first, called ? last : last + 1));
  // A turn of the host's queue is between any two awaits, and says nothing.
  error.stack = kept.filter((line) => !line.includes('(node:internal/process/task_queues:')).join('\n');
}

function cancelByCtrlC(server: REPLServer, evaluator: Evaluates, lines: string[]): void {
  const usual = server.listeners('SIGINT') as (() => void)[];
  server.removeAllListeners('SIGINT');
  server.on('SIGINT', () => {
    lines.length = 0;
    if (evaluator.isRunning) evaluator.interrupt();
    else for (const listener of usual) listener.call(server);
  });
}

/** Of the user's inputs: ASYNCIO_REPL_HISTORY names the file, and empty means none. */
async function keepHistory(server: REPLServer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const file = process.env['ASYNCIO_REPL_HISTORY'] ?? join(homedir(), '.asyncio_repl_history');
  server.setupHistory(file, () => resolve());
  await promise;
}
