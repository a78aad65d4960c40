// A program spelled out: as Python for the oracle, and as TypeScript for this side. What runs is what is printed.

import { enterings, operations } from './operations.ts';
import type { Kind } from './operations.ts';
import { allRoutines, statements } from './program.ts';
import type { Argument, Block, Callback, Coroutine, Program, Statement, Target } from './program.ts';

/** The variables of a program beside those that all have: what it assigns, and what it only mentions, which a
 * program that was cut may do. */
export function slots(program: Program): string[] {
  return [
    ...new Set(
      [...statements(program)].flatMap((statement) => [...slotOf(statement), ...mentioned(statement)]),
    ),
  ];
}

function mentioned(statement: Statement): string[] {
  if ('each' in statement) return statement.of.filter(isSlot);
  const takes =
    'do' in statement
      ? operations[statement.do]?.takes
      : 'with' in statement
        ? enterings[statement.with]?.takes
        : undefined;
  if (takes === undefined || !('args' in statement)) return [];
  return statement.args.flatMap((argument, at) => {
    if (LITERAL.has(takes[at] as Kind)) return [];
    return [argument].flat().filter((one) => typeof one === 'string' && isSlot(one)) as string[];
  });
}

/** The variables that all programs have are numbered below 10. */
function isSlot(name: string): boolean {
  return name.length > 2;
}

export function spellPython(program: Program): string {
  const names = slots(program);
  const python = new Spelling('python');
  const head = names.length > 0 ? [`${names.join(' = ')} = None`, ''] : [];
  return [...head, ...[...allRoutines(program)].flatMap((one) => python.routine(one))].join('\n');
}

export function spellHere(program: Program): string {
  const names = slots(program);
  const here = new Spelling('here');
  const head = names.length > 0 ? [`let ${names.join(', ')};`, ''] : [];
  return [...head, ...[...allRoutines(program)].flatMap((one) => here.routine(one))].join('\n');
}

function slotOf(statement: Statement): string[] {
  return 'slot' in statement && statement.slot !== undefined ? [statement.slot] : [];
}

class Spelling {
  readonly #python: boolean;

  constructor(language: 'python' | 'here') {
    this.#python = language === 'python';
  }

  routine(routine: Coroutine | Callback): string[] {
    const body = this.#block(routine.body);
    if ('callback' in routine) {
      return this.#python
        ? [
            `def ${routine.callback}(_=None):`,
            ...indent([...this.#globals(routine.body), ...orPass(body)]),
            '',
          ]
        : [`function ${routine.callback}() {`, ...indent(body), '}', ''];
    }
    const result = `return ${this.#literal(routine.result)}`;
    return this.#python
      ? [
          `async def ${routine.coroutine}():`,
          ...indent([...this.#globals(routine.body), ...body, result]),
          '',
        ]
      : [`async function ${routine.coroutine}() {`, ...indent([...body, `${result};`]), '}', ''];
  }

  /** What of the function's body is assigned to: Python wants to be told. */
  #globals(block: Block): string[] {
    const found = new Set<string>();
    const look = (inner: Block): void => {
      for (const statement of inner) {
        for (const slot of slotOf(statement)) found.add(slot);
        if ('try' in statement) [statement.try, statement.handler, statement.final].forEach(look);
        else if ('body' in statement) look(statement.body);
      }
    };
    look(block);
    return found.size > 0 ? [`global ${[...found].join(', ')}`] : [];
  }

  #block(block: Block): string[] {
    return block.flatMap((statement) => {
      if ('do' in statement) return this.#operation(statement);
      if ('with' in statement) return this.#with(statement);
      if ('try' in statement) return this.#try(statement);
      if ('repeat' in statement) return this.#repeat(statement);
      return this.#each(statement);
    });
  }

  #operation(statement: Extract<Statement, { do: string }>): string[] {
    const operation = operations[statement.do];
    if (operation === undefined) throw new Error(`there is no operation ${statement.do}`);
    const { n, slot } = statement;
    const template = this.#python ? operation.python : operation.here;
    const call = this.#fill(template, operation.takes, statement.args);
    if (operation.bare === true) return [this.#end(call)];
    if (operation.waits === true) {
      const [wait, said] =
        operation.quiet === true ? [`await ${call}`, `say(${n})`] : ['', `say(${n}, await ${call})`];
      return [wait, said].filter((line) => line !== '').map((line) => this.#end(line));
    }
    const tried = this.#python ? `attempt(${n}, lambda: ${call})` : `attempt(${n}, () => ${call})`;
    return [this.#end(slot === undefined ? tried : `${slot} = ${tried}`)];
  }

  #with(statement: Extract<Statement, { with: string }>): string[] {
    const entering = enterings[statement.with];
    if (entering === undefined) throw new Error(`nothing can be entered that is called ${statement.with}`);
    const { n, slot } = statement;
    const entered = slot !== undefined && entering.gives !== undefined;
    const body = this.#block(statement.body);
    if (this.#python) {
      const subject = this.#fill(entering.python, entering.takes, statement.args);
      return [
        `async with ${subject}${entered ? ` as ${slot}` : ''}:`,
        ...indent([`say(${n})`, ...body]),
        `say(${n})`,
      ];
    }
    const subject = this.#fill(entering.here, entering.takes, statement.args);
    return [
      `await ${subject}async (${entered ? 'entered' : ''}) => {`,
      ...indent([...(entered ? [`${slot} = entered;`] : []), `say(${n});`, ...body]),
      '});',
      `say(${n});`,
    ];
  }

  #try(statement: Extract<Statement, { try: Block }>): string[] {
    const { n, except, again } = statement;
    const body = this.#block(statement.try);
    const handler = this.#block(statement.handler);
    const final = this.#block(statement.final);
    if (this.#python) {
      const caught = {
        none: [],
        cancel: ['except asyncio.CancelledError as error:'],
        error: ['except Exception as error:'],
        all: ['except BaseException as error:'],
        star: ['except* E1 as error:'],
      }[except];
      const handling =
        caught.length === 0
          ? []
          : [...caught, ...indent([`say(${n}, error)`, ...handler, ...(again ? ['raise'] : [])])];
      const ending = final.length > 0 || caught.length === 0 ? ['finally:', ...indent(orPass(final))] : [];
      return ['try:', ...indent(orPass(body)), ...handling, ...ending];
    }
    const guard = {
      none: [],
      cancel: ['if (!isCancelled(error)) throw error;'],
      error: ['if (isCancelled(error)) throw error;'],
      all: [],
      star: [
        `const rest = exceptStar(error, E1, (group) => say(${n}, group));`,
        'if (rest !== undefined) throw rest;',
      ],
    }[except];
    const handling =
      except === 'none'
        ? []
        : [
            '} catch (error) {',
            ...indent([
              ...guard,
              ...(except === 'star' ? [] : [`say(${n}, error);`]),
              ...handler,
              ...(again ? ['throw error;'] : []),
            ]),
          ];
    const ending = final.length > 0 || except === 'none' ? ['} finally {', ...indent(final)] : [];
    return ['try {', ...indent(body), ...handling, ...ending, '}'];
  }

  #repeat(statement: Extract<Statement, { repeat: number }>): string[] {
    const { n } = statement;
    const body = this.#block(statement.body);
    return this.#python
      ? [`for i${n} in range(${statement.repeat}):`, ...indent(orPass(body))]
      : [`for (let i${n} = 0; i${n} < ${statement.repeat}; i${n}++) {`, ...indent(body), '}'];
  }

  #each(statement: Extract<Statement, { each: string }>): string[] {
    const { n, limit } = statement;
    const list = `once([${statement.of.join(', ')}])`;
    const body = this.#block(statement.body);
    const plain = statement.each === 'plain';
    if (this.#python) {
      const said = plain ? `say(${n}, await one)` : `say(${n}, one)`;
      return [
        `left${n} = ${limit}`,
        `${plain ? '' : 'async '}for one in asyncio.as_completed(${list}, timeout=${this.#literal(statement.timeout)}):`,
        ...indent([said, ...body, `left${n} -= 1`, `if left${n} == 0: break`]),
      ];
    }
    const said = plain ? `say(${n}, await one);` : `say(${n}, one);`;
    return [
      `let left${n} = ${limit};`,
      `for ${plain ? '' : 'await '}(const one of asCompleted(${list}, { timeout: ${this.#literal(statement.timeout)} })) {`,
      ...indent([said, ...body, `if (--left${n} === 0) break;`]),
      '}',
    ];
  }

  #fill(template: string, kinds: readonly Kind[], args: readonly Argument[]): string {
    const name = args.find((argument) => isCoroutine(argument));
    return template
      .replace(/\$(\d)/g, (_, digit) => {
        const at = Number(digit) - 1;
        return this.#argument(kinds[at] as Kind, args[at] as Argument);
      })
      .replace('NAME', JSON.stringify(name?.coroutine));
  }

  #argument(kind: Kind, argument: Argument): string {
    if (kind === 'futures') return `[${(argument as string[]).join(', ')}]`;
    if (kind === 'targets') return (argument as Target[]).map((target) => this.#target(target)).join(', ');
    if (isCoroutine(argument)) return this.#target(argument);
    if (typeof argument === 'object' && argument !== null) return (argument as Callback).callback;
    return LITERAL.has(kind) ? this.#literal(argument) : this.#target(argument as string);
  }

  #target(target: Target): string {
    if (typeof target !== 'string') return this.#python ? `${target.coroutine}()` : target.coroutine;
    return isSlot(target) ? `need(${target})` : target;
  }

  #literal(value: Argument): string {
    if (value === null) return this.#python ? 'None' : 'undefined';
    if (typeof value === 'boolean' && this.#python) return value ? 'True' : 'False';
    return JSON.stringify(value);
  }

  #end(line: string): string {
    return this.#python ? line : `${line};`;
  }
}

const LITERAL: ReadonlySet<Kind> = new Set<Kind>([
  'value',
  'message',
  'text',
  'delay',
  'limit',
  'count',
  'when',
  'flag',
]);

export function isCoroutine(argument: Argument | undefined): argument is Coroutine {
  return typeof argument === 'object' && argument !== null && 'coroutine' in argument;
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${line}`);
}

function orPass(lines: readonly string[]): string[] {
  return lines.length > 0 ? [...lines] : ['pass'];
}
