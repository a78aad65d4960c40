// `asyncio ps` and `asyncio pstree`: what they share, which is all but how a look is printed.

import process from 'node:process';
import { sleep } from '../../asyncio.ts';
import { attach, listProcesses } from '../../inspect/inspect.ts';
import type { Attached, AttachOptions, ListedProcess, ProcessView } from '../../inspect/inspect.ts';
import { CommandError } from '../commandError.ts';
import { helpText } from '../help.ts';
import { readArguments } from '../readArguments.ts';
import { runLooking } from '../runLooking.ts';
import { screenOf } from '../terminal/screen.ts';
import type { Screen } from '../terminal/screen.ts';
import { formatSpan } from '../terminal/spans.ts';
import { harmless } from '../../lowlevel.ts';
import { cut, fit, widthOf } from '../terminal/text.ts';
import { threadsOf } from './describe.ts';
import { tableLines } from './table.ts';
import type { LookStyle } from './table.ts';
import { treeLines } from './tree.ts';

interface Asked {
  readonly target: string | undefined;
  readonly json: boolean;
  readonly stacks: boolean;
  /** Milliseconds between two looks; undefined for one look. */
  readonly watch: number | undefined;
  readonly attach: AttachOptions;
}

type Form = (view: ProcessView, style: LookStyle) => string[];

const FORMS: Readonly<Record<'ps' | 'pstree', Form>> = { ps: tableLines, pstree: treeLines };
/** A look that found a circle of waits, or a thread that hangs. */
const FOUND = 3;
/** No thread of it has said anything. */
const UNKNOWN = 1;

/** Runs one of the two. */
export async function look(name: keyof typeof FORMS, argv: readonly string[]): Promise<void> {
  const asked = readAsked(argv);
  if (asked === undefined) {
    console.log(helpText(name));
    return;
  }
  await runLooking(() => (asked.target === undefined ? list(asked) : show(name, asked, asked.target)));
}

async function show(name: keyof typeof FORMS, asked: Asked, target: string): Promise<void> {
  const program = await attach(target, asked.attach);
  try {
    if (asked.watch !== undefined) {
      await showAgain(name, asked, program, asked.watch);
      return;
    }
    const view = await program.snapshot({ stacks: true });
    print(format(name, asked, view));
    process.exitCode = isTroubled(view) ? FOUND : isKnown(view) ? 0 : UNKNOWN;
  } finally {
    program.close();
  }
}

async function showAgain(
  name: keyof typeof FORMS,
  asked: Asked,
  program: Attached,
  interval: number,
): Promise<void> {
  const clears = process.stdout.isTTY && !asked.json;
  for await (const view of program.watch({ interval, stacks: true })) {
    const lines = format(name, asked, view);
    if (clears) {
      const rows = process.stdout.rows - 1;
      const shown =
        lines.length > rows
          ? [...lines.slice(0, rows - 1), `… ${lines.length - rows + 1} more lines`]
          : lines;
      process.stdout.write('\x1b[H\x1b[J');
      print(shown);
    } else print(asked.json ? [JSON.stringify(view)] : [...lines, '']);
  }
}

function format(name: keyof typeof FORMS, { json, stacks }: Asked, view: ProcessView): string[] {
  if (json) return [JSON.stringify(view, undefined, 2)];
  const style: LookStyle = { screen: screenOf(), stacks };
  return FORMS[name](view, style);
}

async function list({ json, watch }: Asked): Promise<void> {
  for (;;) {
    const all = listProcesses();
    print(
      json ? [JSON.stringify(all, undefined, watch === undefined ? 2 : 0)] : listLines(all, screenOf()),
    );
    if (watch === undefined) return;
    await sleep(watch);
  }
}

function listLines(all: readonly ListedProcess[], screen: Screen): string[] {
  if (all.length === 0) return ['No process of yours runs Node, Bun or Deno.'];
  const rows = [
    ['pid', 'runtime', 'for', 'name', 'command'],
    ...all.map(({ pid, runtime = '', age, name, argv, open }) =>
      [String(pid), `${runtime}${open ? ', open' : ''}`, formatSpan(age), name, argv.join(' ')].map(
        harmless,
      ),
    ),
  ];
  const widths = [0, 1, 2, 3].map((index) =>
    Math.min(24, Math.max(...rows.map((row) => widthOf(row[index] ?? '')))),
  );
  const format = (row: readonly string[]): string =>
    cut(
      row
        .map((cell, index) =>
          index === 4 ? cell : fit(cell, widths[index] as number, index % 2 === 0 && index < 3),
        )
        .join('  '),
      screen.columns,
    );
  return rows.map((row, index) => (index === 0 ? screen.paint('dim', format(row)) : format(row)));
}

function isTroubled(view: ProcessView): boolean {
  return threadsOf(view).some(
    ({ view: { hang, snapshot } }) =>
      hang !== undefined || snapshot?.loops.some(({ deadlocks }) => deadlocks.length > 0) === true,
  );
}

const isKnown = (view: ProcessView): boolean =>
  threadsOf(view).some(({ view: { snapshot } }) => snapshot !== undefined);

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

function readAsked(argv: readonly string[]): Asked | undefined {
  const { values, positionals } = readArguments({
    args: withSeconds(argv),
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      stacks: { type: 'boolean' },
      watch: { type: 'string', short: 'w' },
      patience: { type: 'string' },
      'no-signal': { type: 'boolean' },
      'no-children': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const [target, ...more] = positionals;
  if (more.length > 0)
    throw new CommandError(`too much: ${JSON.stringify(more[0])}; one process at a time`);
  return {
    target,
    json: values.json === true,
    stacks: values.stacks === true,
    watch: values.watch === undefined ? undefined : seconds(values.watch, '--watch'),
    attach: {
      ...(values.patience === undefined
        ? undefined
        : { answerWithin: seconds(values.patience, '--patience') }),
      signal: values['no-signal'] !== true,
      children: values['no-children'] !== true,
    },
  };
}

// parseArgs knows of no value that may be left out. A number after --watch is one where another argument names the
// process, else it is the process.
function withSeconds(argv: readonly string[]): string[] {
  return argv.flatMap((arg, index) => {
    if (arg !== '--watch' && arg !== '-w') return [arg];
    const next = argv[index + 1] ?? '';
    const others = argv.some((each, at) => at !== index + 1 && !each.startsWith('-'));
    return /^\d*\.?\d+$/.test(next) && others ? [arg] : ['--watch=1'];
  });
}

function seconds(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < 1e6) return value * 1000;
  throw new CommandError(`${option} takes seconds, not ${JSON.stringify(text)}`);
}
