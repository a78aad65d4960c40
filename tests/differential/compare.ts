// Both sides of the comparison, for many programs at once, and what is printed of a difference.

import { fileURLToPath } from 'node:url';
import { cuts } from './cut.ts';
import { generate } from './generate.ts';
import type { Program } from './program.ts';
import { Oracle } from './python.ts';
import type { Python } from './python.ts';
import { runHere } from './runtime.ts';
import { shrink } from './shrink.ts';
import { spellHere, spellPython } from './spell.ts';

/** How many programs Python is ahead. */
const AHEAD = 64;

export interface Difference {
  readonly seed: number;
  readonly program: Program;
  readonly python: readonly string[];
  readonly here: readonly string[];
}

export class Comparison implements AsyncDisposable {
  readonly #python: Python;
  readonly #oracle: Oracle;

  constructor(python: Python) {
    this.#python = python;
    this.#oracle = new Oracle(python, fileURLToPath(new URL('oracle.py', import.meta.url)));
  }

  /** Compares the programs of `count` seeds from `first` on and yields how each went. */
  async *seeds(first: number, count: number): AsyncGenerator<Difference | undefined, void, undefined> {
    const ahead: { seed: number; program: Program; python: Promise<string[]> }[] = [];
    let next = first;
    const end = first + count;
    for (let seed = first; seed < end; seed++) {
      for (; next < end && next < seed + AHEAD; next++) {
        const program = generate(next, this.#python);
        const python = this.#runPython(program);
        python.catch(() => {});
        ahead.push({ seed: next, program, python });
      }
      const { program, python } = ahead.shift()!;
      yield await this.#compare(seed, program, await python);
    }
  }

  /** The same difference in a program that nothing can be left out of. */
  async smallest(difference: Difference): Promise<Difference> {
    const program = await shrink(difference.program, cuts, async (candidates) => {
      const answers = candidates.map((candidate) => this.#runPython(candidate));
      const differs: boolean[] = [];
      for (const [at, candidate] of candidates.entries()) {
        const python = await answers[at]!;
        differs.push(!isEqual(python, await runHere(candidate, this.#python)));
      }
      return differs;
    });
    return (await this.#compare(difference.seed, program, await this.#runPython(program))) ?? difference;
  }

  async #compare(seed: number, program: Program, python: string[]): Promise<Difference | undefined> {
    const here = await runHere(program, this.#python);
    return isEqual(python, here) ? undefined : { seed, program, python, here };
  }

  async #runPython(program: Program): Promise<string[]> {
    const { queues, permits, parties, texts } = program;
    const mains = program.mains.map((main) => main.coroutine);
    const order = { source: spellPython(program), mains, queues, permits, parties, texts };
    const { trace } = await this.#oracle.ask<{ trace: string[] }>(order);
    return trace;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#oracle[Symbol.asyncDispose]();
  }
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, at) => line === other[at]);
}

/** A difference for a reader: the program in both languages, and the two traces side by side. */
export function describe(difference: Difference): string {
  const { program, python, here } = difference;
  const lines: string[] = [spellPython(program), spellHere(program)];
  const { queues, permits, parties } = program;
  lines.push(`queues of ${queues.join(', ')}; ${permits} permits; ${parties} parties`, '');
  const width = Math.max(20, ...python.map((line) => line.length)) + 2;
  lines.push(`  ${'Python'.padEnd(width)}here`);
  let differs = false;
  for (let at = 0; at < Math.max(python.length, here.length); at++) {
    const [there = '', ours = ''] = [python[at], here[at]];
    differs ||= there !== ours;
    lines.push(`${differs && there !== ours ? '≠' : ' '} ${there.padEnd(width)}${ours}`);
  }
  return lines.join('\n');
}
