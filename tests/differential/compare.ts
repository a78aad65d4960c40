// Both sides of the comparison, for many programs at once, and what is printed of a difference.

import { fileURLToPath } from 'node:url';
import { cuts } from './cut.ts';
import { generate } from './generate.ts';
import type { Program } from './program.ts';
import { withOracle } from './python.ts';
import type { Oracle, Python } from './python.ts';
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

/** What the oracle says of a program. */
interface Answer {
  readonly trace: string[];
  /** Whether the trace has the texts of cancels, see {@link Program.texts}. */
  readonly texts: boolean;
  /** The rule by which it is not compared: it came to something that differs on purpose. */
  readonly excluded: string | null;
}

/** Calls `body` with what compares programs under this Python. */
export function withComparison<T>(
  python: Python,
  body: (comparison: Comparison) => Promise<T>,
): Promise<T> {
  const script = fileURLToPath(new URL('oracle.py', import.meta.url));
  return withOracle(python, script, (oracle) => body(new Comparison(python, oracle)));
}

export class Comparison {
  /** How many programs each rule has excluded. */
  readonly excluded: Map<string, number> = new Map();
  readonly #python: Python;
  readonly #oracle: Oracle;

  constructor(python: Python, oracle: Oracle) {
    this.#python = python;
    this.#oracle = oracle;
  }

  /** Compares the programs of `count` seeds from `first` on and yields how each went. */
  async *seeds(first: number, count: number): AsyncGenerator<Difference | undefined, void, undefined> {
    const ahead: { program: Program; answer: Promise<Answer> }[] = [];
    const end = first + count;
    let next = first;
    for (let seed = first; seed < end; seed++) {
      for (; next < end && next < seed + AHEAD; next++) {
        const program = generate(next, this.#python);
        const answer = this.#ask(program);
        answer.catch(() => {});
        ahead.push({ program, answer });
      }
      const { program, answer } = ahead.shift()!;
      const { excluded } = await answer;
      if (excluded !== null) this.excluded.set(excluded, (this.excluded.get(excluded) ?? 0) + 1);
      yield await this.#compare(seed, program, await answer);
    }
  }

  /** The same difference in a program that nothing can be left out of. */
  async smallest(difference: Difference): Promise<Difference> {
    const { seed } = difference;
    const program = await shrink(difference.program, cuts, async (candidates) => {
      const answers = candidates.map((candidate) => this.#ask(candidate));
      const differs: boolean[] = [];
      for (const [at, candidate] of candidates.entries()) {
        differs.push((await this.#compare(seed, candidate, await answers[at]!)) !== undefined);
      }
      return differs;
    });
    return (await this.#compare(seed, program, await this.#ask(program))) ?? difference;
  }

  async #compare(seed: number, program: Program, answer: Answer): Promise<Difference | undefined> {
    const { trace: python, excluded, texts } = answer;
    if (excluded !== null) return undefined;
    const here = await runHere({ ...program, texts });
    return isEqual(python, here) ? undefined : { seed, program, python, here };
  }

  #ask(program: Program): Promise<Answer> {
    const { queues, permits, parties, texts } = program;
    const mains = program.mains.map((main) => main.coroutine);
    return this.#oracle.ask({ source: spellPython(program), mains, queues, permits, parties, texts });
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
