// `asyncio top PID|NAME`: a live table of a program's tasks.
//
// 1. What is looked at is never waited for by what is drawn: a key is answered at once, whatever the program does.
// 2. Leaving, by a key, a signal or an error, gives the terminal back as it was.

import { emitKeypressEvents } from 'node:readline';
import process from 'node:process';
import { CancelledError, Event, sleep, taskGroup } from '../../asyncio.ts';
import { attach } from '../../inspect/inspect.ts';
import type { Attached, ProcessView } from '../../inspect/inspect.ts';
import type { SeenFrame } from '../../lowlevel.ts';
import { CommandError } from '../commandError.ts';
import { helpText } from '../help.ts';
import { readArguments } from '../readArguments.ts';
import { runLooking } from '../runLooking.ts';
import { Drawing } from './draw.ts';
import { Measures } from './measures.ts';
import { drawScreen, listHeight, listRows } from './screen.ts';
import { press, settle, START } from './state.ts';
import type { Key, State } from './state.ts';
import type { Row } from './rows.ts';

interface TopOptions {
  /** Between two looks, in milliseconds. */
  readonly interval: number;
  readonly isTree: boolean;
  readonly filter: string;
}

export async function top(argv: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments({
    args: [...argv],
    allowPositionals: true,
    options: {
      interval: { type: 'string', short: 'i' },
      tree: { type: 'boolean', short: 't' },
      filter: { type: 'string', short: 'f' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(helpText('top'));
    return;
  }
  const [target, ...more] = positionals;
  if (target === undefined) throw new CommandError('which process? asyncio top PID|NAME');
  if (more.length > 0) throw new CommandError(`too much: ${JSON.stringify(more[0])}`);
  const isDrawn = values.json !== true;
  if (isDrawn && !(process.stdin.isTTY && process.stdout.isTTY))
    throw new CommandError('top needs a terminal; top --json and ps --watch print to anything');
  const seconds = Number(values.interval ?? 1);
  if (!(seconds >= 0.1 && seconds <= 3600))
    throw new CommandError(
      `--interval takes seconds from 0.1 to 3600, not ${JSON.stringify(values.interval)}`,
    );
  const options = { interval: seconds * 1000, isTree: values.tree === true, filter: values.filter ?? '' };
  await runLooking(() => (isDrawn ? showTop(target, options) : printLooks(target, options.interval)));
}

/** Prints each look as a line of JSON. */
async function printLooks(target: string, interval: number): Promise<void> {
  const program = await attach(target);
  try {
    for await (const view of program.watch({ interval })) console.log(JSON.stringify(view));
  } finally {
    program.close();
  }
}

/** Shows the program until the user leaves, or it ends. */
async function showTop(target: string, options: TopOptions): Promise<void> {
  const program = await attach(target);
  try {
    const screen = new TopScreen(program, options);
    let ended: boolean;
    try {
      ended = await screen.run();
    } finally {
      screen.close();
    }
    if (ended) console.log(`process ${program.pid} has ended`);
  } finally {
    program.close();
  }
}

class TopScreen {
  readonly #program: Attached;
  readonly #interval: number;
  readonly #measures: Measures = new Measures();
  readonly #drawing: Drawing = new Drawing();
  readonly #left: Event = new Event({ name: 'left' });
  #state: State;
  #view: ProcessView | undefined;
  #rows: readonly Row[] = [];
  #detail: { key: string; stack: readonly SeenFrame[] | undefined } | undefined;
  #drop: (() => void)[] = [];

  constructor(program: Attached, { interval, isTree, filter }: TopOptions) {
    this.#program = program;
    this.#interval = interval;
    this.#state = { ...START, isTree, filter };
  }

  /** True when the program ended first. */
  async run(): Promise<boolean> {
    let ended = false;
    await taskGroup(async (group) => {
      this.#listen((key) => this.#press(key, (body) => void group.createTask(body)));
      const looking = group.createTask(async () => {
        await this.#look();
        ended = true;
        this.#left.set();
      });
      await this.#left.wait();
      looking.cancel();
    });
    return ended;
  }

  close(): void {
    for (const drop of this.#drop) drop();
    this.#drawing.close();
  }

  async #look(): Promise<void> {
    for await (const view of this.#program.watch({ interval: this.#interval })) {
      if (!this.#state.isPaused || this.#view === undefined) {
        this.#measures.update(view, performance.now());
        this.#view = view;
      }
      await this.#lookAtDetail();
      this.#draw();
    }
  }

  #listen(pressed: (key: Key) => void): void {
    const { stdin, stdout } = process;
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    const onKey = (text: string | undefined, key: { name?: string; ctrl?: boolean }): void =>
      pressed({ name: key.name, text, ctrl: key.ctrl === true });
    const onSize = (): void => this.#draw();
    const onEnd = (): void => void this.#left.set();
    // A terminal that is gone is an end, or an error.
    stdin.on('keypress', onKey).on('end', onEnd).on('error', onEnd).resume();
    stdout.on('resize', onSize);
    this.#drop.push(() => {
      stdin.off('keypress', onKey).off('end', onEnd).pause();
      stdin.setRawMode(false);
      stdout.off('resize', onSize);
    });
  }

  #press(key: Key, start: (body: () => Promise<void>) => void): void {
    const [state, order] = press(this.#state, key, this.#rows, listHeight(this.#drawing.size));
    const opened = state.mode === 'detail' && this.#state.mode !== 'detail';
    this.#state = state;
    if (order?.what === 'quit') this.#left.set();
    if (order?.what === 'cancel') start(() => this.#cancel(order.row));
    if (opened) start(() => this.#lookAtDetail());
    this.#draw();
  }

  async #cancel({ pid, thread, task, title }: Row): Promise<void> {
    if (task === undefined) return;
    try {
      const done = await this.#program.cancel({ pid, thread, task: task.id }, 'cancelled by asyncio top');
      this.#notice(done ? `${title} is cancelled` : `${title} has ended already`);
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      this.#notice((error as Error).message);
    }
    // It comes in the next look.
    await sleep(0);
  }

  async #lookAtDetail(): Promise<void> {
    const row = this.#rows[this.#state.position];
    if (this.#state.mode !== 'detail' || row?.task === undefined) return;
    const { key, pid, thread, task } = row;
    if (this.#detail?.key !== key) this.#detail = { key, stack: undefined };
    try {
      const seen = await this.#program.task({ pid, thread, task: task.id });
      this.#detail = { key, stack: seen?.stack ?? [] };
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      // A thread that hangs says nothing; the table says so.
      this.#detail = { key, stack: [] };
    }
    this.#draw();
  }

  #notice(notice: string): void {
    this.#state = { ...this.#state, notice };
    this.#draw();
  }

  #draw(): void {
    const program = this.#view;
    if (program === undefined) return;
    const { size } = this.#drawing;
    this.#rows = listRows(program, this.#measures, this.#state);
    this.#state = settle(this.#state, this.#rows, listHeight(size));
    const row = this.#rows[this.#state.position];
    const detail = this.#detail?.key === row?.key ? this.#detail?.stack : undefined;
    const content = { program, measures: this.#measures, state: this.#state, rows: this.#rows, detail };
    this.#drawing.draw(drawScreen(content, size));
  }
}
