// From a seed to a program. Each program draws a few parts of the language and uses them often, so that what
// belongs together meets: a program of everything seldom gets two tasks to one lock.

import { enterings, operations } from './operations.ts';
import type { Entering, Kind, Operation, Part } from './operations.ts';
import { fixed } from './program.ts';
import type {
  Argument,
  Block,
  Callback,
  Coroutine,
  Except,
  Program,
  Statement,
  Target,
} from './program.ts';
import { mayThrow } from './cut.ts';
import { iteratesCompleted } from './versions.ts';
import type { Version } from './versions.ts';

const PARTS: readonly Part[] = [
  'callbacks',
  'context',
  'join',
  'timeouts',
  'groups',
  'locks',
  'conditions',
  'events',
  'barriers',
  'queues',
  'eager',
];

/** The slots of each kind, by their first letter. */
const LETTERS: Readonly<Record<string, string>> = {
  task: 't',
  handle: 'h',
  token: 'x',
  context: 'k',
  future: 'a',
  deadline: 'd',
  group: 'g',
};

/** The program of this seed, for an oracle of this version. */
export function generate(seed: number, version: Version): Program {
  return new Generator(new Dice(seed), version).program();
}

class Generator {
  readonly #dice: Dice;
  readonly #waits: Operation_[];
  readonly #syncs: Operation_[];
  readonly #spawns: Operation_[];
  readonly #enterings: (readonly [string, Entering])[];
  readonly #parts: ReadonlySet<Part>;
  readonly #texts: boolean;
  readonly #version: Version;
  readonly #slots: Map<string, string[]> = new Map();
  readonly #asked: Set<string> = new Set();
  /** How many callbacks the place lies in. */
  #callbacks: number = 0;
  #next: number = 10;
  #statements: number;

  constructor(dice: Dice, version: Version) {
    this.#dice = dice;
    this.#version = version;
    const parts = new Set<Part>(['core']);
    if (dice.below(4) > 0) parts.add('cancel');
    const wanted = 1 + dice.below(4);
    for (let i = 0; i < wanted; i++) parts.add(dice.pick(PARTS));
    this.#parts = parts;
    const texts = dice.below(3) === 0;
    this.#texts = texts;
    const usable = Object.entries(operations).filter(
      ([, operation]) =>
        parts.has(operation.part) &&
        (operation.since ?? 0) <= version.minor &&
        !(texts && operation.losesText === true),
    );
    this.#waits = usable.filter(([, operation]) => operation.waits === true);
    this.#syncs = usable.filter(([, operation]) => operation.waits !== true);
    this.#spawns = this.#syncs.filter(([, operation]) => operation.gives === 'task');
    this.#enterings = Object.entries(enterings).filter(([, entering]) => parts.has(entering.part));
    this.#statements = 12 + dice.below(30);
  }

  program(): Program {
    const dice = this.#dice;
    const queues = [dice.below(3), dice.below(3), dice.below(3)];
    const permits = dice.below(3);
    const parties = 1 + dice.below(3);
    const mains = [this.#main()];
    if (dice.below(8) === 0) {
      this.#statements += 8;
      mains.push(this.#main());
    }
    return { mains, queues, permits, parties, texts: this.#texts };
  }

  #number(): number {
    return this.#next++;
  }

  #coroutine(depth: number): Coroutine {
    const body = this.#ownGroups(() => this.#block(depth, true, depth === 0 ? 10 : 4));
    return { coroutine: `c${this.#number()}`, body, result: this.#value() };
  }

  /** Only what is spelled inside of a coroutine may use its groups: a child from elsewhere could wait for the
   * task that waits for it, and no cancel ends that. Apart from groups nobody waits for who is spelled later. */
  #ownGroups<T>(make: () => T): T {
    const before = [...(this.#slots.get('group') ?? [])];
    const made = make();
    if (before.length > 0) this.#slots.set('group', before);
    else this.#slots.delete('group');
    return made;
  }

  /** Begins with some tasks, so that what follows is not alone. */
  #main(): Coroutine {
    const tasks = Array.from({ length: this.#dice.below(4) }, () => this.#operation(this.#spawns, 0));
    const main = this.#coroutine(0);
    const rest: Statement[] =
      this.#dice.below(3) > 0 ? [{ do: 'sleep', n: this.#number(), args: [this.#dice.below(12)] }] : [];
    return { ...main, body: [...tasks, ...main.body, ...rest] };
  }

  /** Its first wait is one for sure, since one that does not wait is done a microtask later here. */
  #eager(depth: number): Coroutine {
    const sleep: Statement = { do: 'sleep', n: this.#number(), args: [this.#dice.below(3)] };
    const before = this.#block(depth, false, 2).filter((statement) => !mayThrow(statement));
    const after = this.#ownGroups(() => this.#block(depth, true, 3));
    const body = [...before, sleep, ...after];
    return { coroutine: `c${this.#number()}`, eager: true, body, result: this.#value() };
  }

  #callback(depth: number): Callback {
    this.#callbacks++;
    const body = this.#block(depth, false, 3);
    this.#callbacks--;
    return { callback: `b${this.#number()}`, body };
  }

  #block(depth: number, async: boolean, most: number): Block {
    const length = 1 + this.#dice.below(most);
    const block: Statement[] = [];
    for (let i = 0; i < length && this.#statements > 0; i++) {
      this.#statements--;
      block.push(this.#statement(depth, async));
    }
    return block;
  }

  #statement(depth: number, async: boolean): Statement {
    const dice = this.#dice;
    if (async && depth < 5) {
      const roll = dice.below(100);
      if (roll < 12) return this.#try(depth);
      if (roll < 22 && this.#enterings.length > 0) return this.#with(depth);
      if (roll < 25 && !this.#texts) {
        return { repeat: 2 + dice.below(2), n: this.#number(), body: this.#block(depth + 2, true, 3) };
      }
      if (roll < 28 && this.#parts.has('join')) return this.#each(depth);
    }
    const waits = async && dice.below(100) < 55;
    return this.#operation(waits ? this.#waits : this.#syncs, depth);
  }

  #operation(among: readonly Operation_[], depth: number): Statement {
    for (let tries = 0; tries < 20; tries++) {
      const [name, operation] = this.#dice.pick(among);
      // What is kept could add itself for ever.
      if (name === 'addKept' && this.#callbacks > 0) continue;
      if (operation.bare === true && this.#dice.below(2) > 0) continue;
      const deep = operation.takes.some((kind) => DEEP.has(kind));
      if (deep && (depth >= 5 || this.#statements <= 0)) continue;
      if (!operation.takes.every((kind) => this.#has(kind))) continue;
      const n = this.#number();
      const args = operation.takes.map((kind) => this.#argument(kind, depth + 1));
      const slot = operation.gives === undefined ? undefined : this.#slot(operation.gives);
      return slot === undefined ? { do: name, n, args } : { do: name, n, args, slot };
    }
    return { do: 'note', n: this.#number(), args: [] };
  }

  #has(kind: Kind): boolean {
    return LETTERS[kind] === undefined || kind === 'future' || this.#slots.has(kind);
  }

  #slot(kind: string): string {
    const name = `${LETTERS[kind]}${this.#number()}`;
    const known = this.#slots.get(kind);
    if (known === undefined) this.#slots.set(kind, [name]);
    else known.push(name);
    return name;
  }

  #try(depth: number): Statement {
    const dice = this.#dice;
    const kinds: Except[] = ['none', 'cancel', 'cancel', 'error', 'error', 'all', 'all'];
    if (this.#parts.has('groups')) kinds.push('star');
    const except = dice.pick(kinds);
    const n = this.#number();
    const body = this.#block(depth + 1, true, 4);
    const star = except === 'star';
    return {
      try: body,
      n,
      except,
      handler: except === 'none' || star || dice.below(2) > 0 ? [] : this.#block(depth + 2, true, 2),
      again: except !== 'none' && !star && dice.below(3) === 0,
      final: except === 'none' || dice.below(4) === 0 ? this.#block(depth + 2, true, 2) : [],
    };
  }

  #with(depth: number): Statement {
    const [name, entering] = this.#dice.pick(this.#enterings);
    const n = this.#number();
    const args = entering.takes.map((kind) => this.#argument(kind, depth + 1));
    const slot = entering.gives === undefined ? undefined : this.#slot(entering.gives);
    const body = this.#block(depth + 1, true, 4);
    return slot === undefined ? { with: name, n, args, body } : { with: name, n, args, slot, body };
  }

  #each(depth: number): Statement {
    const dice = this.#dice;
    return {
      each: iteratesCompleted(this.#version) && dice.below(2) > 0 ? 'async' : 'plain',
      n: this.#number(),
      of: this.#several(3, () => this.#any()),
      timeout: dice.below(2) > 0 ? null : this.#delay(),
      limit: 1 + dice.below(3),
      body: dice.below(3) > 0 ? [] : this.#block(depth + 2, true, 2),
    };
  }

  #argument(kind: Kind, depth: number): Argument {
    const dice = this.#dice;
    const names = fixed[kind];
    switch (kind) {
      case 'future':
        return dice.pick(fixed['future'] as string[]);
      case 'any':
        return this.#any();
      case 'coroutine':
        return this.#coroutine(depth);
      case 'eager':
        return this.#eager(depth);
      case 'callback':
        return this.#callback(depth);
      case 'futures':
        return this.#several(3, () => this.#any());
      case 'targets':
        return this.#several<Target>(3, () =>
          depth < 5 && this.#statements > 0 && dice.below(2) > 0 ? this.#coroutine(depth + 1) : this.#any(),
        );
      case 'value':
        return this.#value();
      case 'message':
      case 'text':
        return dice.pick(['one', 'two', 'three']);
      case 'delay':
        return this.#delay();
      case 'limit':
        return dice.below(5) === 0 ? null : this.#delay();
      case 'count':
        return dice.below(4);
      case 'when':
        return dice.pick(['ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION']);
      case 'flag':
        return dice.below(2) > 0;
      default:
        return dice.pick(names ?? (this.#slots.get(kind) as string[]));
    }
  }

  #any(): string {
    const tasks = this.#slots.get('task');
    const futures = this.#slots.get('future');
    const roll = this.#dice.below(10);
    if (tasks !== undefined && roll < 6) return this.#read(tasks);
    if (futures !== undefined && roll < 8) return this.#read(futures);
    return this.#dice.pick(fixed['future'] as string[]);
  }

  /** One of them; where texts are compared, one that nobody has asked yet. */
  #read(slots: readonly string[]): string {
    const slot = this.#dice.pick(slots);
    if (!this.#texts) return slot;
    if (this.#asked.has(slot)) return this.#dice.pick(fixed['future'] as string[]);
    this.#asked.add(slot);
    return slot;
  }

  #several<T>(most: number, one: () => T): T[] {
    return Array.from({ length: 1 + this.#dice.below(most) }, one);
  }

  #delay(): number {
    return this.#dice.pick([0, 0, 0, 1, 1, 1, 2, 2, 3, 5, -1]);
  }

  #value(): string | number | null {
    return this.#dice.pick([null, 1, 2, 'yes']);
  }
}

type Operation_ = readonly [name: string, operation: Operation];

/** What holds statements of its own. */
const DEEP: ReadonlySet<Kind> = new Set<Kind>(['coroutine', 'eager', 'callback']);

/** Numbers that follow from a seed. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 0x9e3779b9 + 0x243f6a88) >>> 0;
    for (let i = 0; i < 4; i++) this.below(2);
  }

  below(limit: number): number {
    let t = (this.#state = (this.#state + 0x6d2b79f5) >>> 0);
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  pick<T>(among: readonly T[]): T {
    return among[this.below(among.length)] as T;
  }
}
