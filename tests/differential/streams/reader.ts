// Random programs over one StreamReader, from a seed: bytes, the end and an error are fed, reads of every kind are
// begun and cancelled, turn by turn. The trace has what came of each read, in the turn in which it came.
//
//   feed:TEXT eof except           what comes
//   read:N exactly:N line until:A|B   begins a read in a task of its own, the next number
//   cancel                         the task that was begun last
//   turn at                        one turn of the loop; whether the end is reached
//
// Not compared, because they differ on purpose: a read while another one waits, a
// read to the end before the end is there (asyncio loses what it had collected when it is cancelled), what follows a line that was too long (asyncio hands its rest
// out), the pauses of the transport, and an error that is set in the turn of a feed (asyncio's read then waits
// for ever where it has not enough).

import {
  createTask,
  IncompleteReadError,
  isCancelled,
  LimitOverrunError,
  LineTooLongError,
  sleep,
  StreamReader,
  UsageError,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';

export interface ReaderProgram {
  readonly limit: number;
  readonly steps: readonly string[];
}

const ALPHABET = 'ab;\n';

/** The program of a seed. Only newer Pythons know several separators. */
export function readerProgram(seed: number, several: boolean): ReaderProgram {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  const below = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const text = (): string =>
    Array.from({ length: 1 + below(6) }, () => ALPHABET[below(ALPHABET.length)]).join('');
  const separator = (): string => {
    const all = [';', 'a', 'ab', 'b;', 'aa', '\n'];
    const count = several ? 1 + below(3) : 1;
    return Array.from({ length: count }, () => all[below(all.length)]).join('|');
  };
  const steps: string[] = [];
  let begun = false;
  // One read at a time: here a second one is refused at once, in asyncio only if it has to wait.
  const read = (step: string): void => {
    if (begun) steps.push(...(below(3) > 0 ? ['turn', 'turn'] : []), 'cancel', 'turn');
    begun = true;
    steps.push(step);
  };
  for (let left = 4 + below(14); left > 0; left--) {
    const kind = below(16);
    if (kind < 5) steps.push(`feed:${text()}`);
    else if (kind < 6) read(`read:${steps.includes('eof') ? below(5) - 1 : below(4)}`);
    else if (kind < 7) read(`exactly:${below(7)}`);
    else if (kind < 9) read('line');
    else if (kind < 10) read(`until:${separator()}`);
    else if (kind < 13) steps.push('turn');
    else if (kind < 14) steps.push('cancel');
    else if (kind < 15) steps.push('at');
    else if (below(2) === 0) steps.push('turn', 'turn', 'except');
    else steps.push('eof');
  }
  // Nothing is fed behind the end.
  const end = steps.indexOf('eof');
  const kept = steps.filter((step, at) => end < 0 || at <= end || !/^(feed|eof)/.test(step));
  return { limit: 1 + below(12), steps: kept };
}

/** What can be compared of a trace. */
export function comparable(trace: readonly string[]): string {
  const long = trace.findIndex((event) => event.endsWith('=!too-long'));
  return (long < 0 ? trace : trace.slice(0, long + 1)).join(' ');
}

/** The programs that are one step smaller; the turns that keep one read from the next stay. */
export function smallerPrograms({ limit, steps }: ReaderProgram): ReaderProgram[] {
  return steps.flatMap((step, at) =>
    step === 'turn' || step === 'cancel' ? [] : [{ limit, steps: steps.toSpliced(at, 1) }],
  );
}

class OwnError extends Error {}

function nameOf(error: unknown): string {
  if (isCancelled(error)) return 'cancelled';
  if (error instanceof IncompleteReadError)
    return `incomplete(${String(error.partial)},${error.expected ?? 'None'})`;
  if (error instanceof LimitOverrunError) return `overrun(${error.consumed})`;
  if (error instanceof LineTooLongError) return 'too-long';
  if (error instanceof UsageError) return 'usage';
  return error instanceof OwnError ? 'own' : (error as Error).name;
}

function start(reader: StreamReader, word: string, arg: string): Promise<Buffer> {
  if (word === 'read') return reader.read(Number(arg));
  if (word === 'exactly') return reader.readExactly(Number(arg));
  if (word === 'line') return reader.readline();
  return reader.readUntil(arg.split('|').map((text) => Buffer.from(text)));
}

/** Plays a program on the running loop, and answers its trace. */
export async function playReader({ limit, steps }: ReaderProgram): Promise<string[]> {
  const reader = new StreamReader({ limit });
  const trace: string[] = [];
  const tasks: Task<void>[] = [];
  const body = async (number: number, word: string, arg: string): Promise<void> => {
    try {
      trace.push(`${number}=${String(await start(reader, word, arg))}`);
    } catch (error) {
      trace.push(`${number}=!${nameOf(error)}`);
    }
  };
  for (const step of steps) {
    const at = step.indexOf(':');
    const [word, arg] = at < 0 ? [step, ''] : [step.slice(0, at), step.slice(at + 1)];
    if (word === 'feed') reader.feedData(Buffer.from(arg));
    else if (word === 'eof') reader.feedEof();
    else if (word === 'except') reader.setException(new OwnError());
    else if (word === 'cancel') tasks.at(-1)?.cancel();
    else if (word === 'at') trace.push(reader.atEof() ? 'ended' : 'open');
    else if (word === 'turn') {
      await sleep(0);
      trace.push('.');
    } else {
      const number = tasks.length;
      tasks.push(createTask(() => body(number, word, arg)));
    }
  }
  for (let turn = 0; turn < 3; turn++) await sleep(0);
  for (const task of tasks) task.cancel();
  await Promise.allSettled(tasks);
  return trace;
}
