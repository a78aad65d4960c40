// Commands that wait at the server, each on a connection of its own, which a cancel ends there.
//
// 1. A cancel is sent to the server (CLIENT UNBLOCK), again and again until the command has answered: the two
//    connections race, so the first may come before the command does. The connection is used for another command only
//    when both the command and the last request have answered.
// 2. What the server had taken from a list or a set when the cancel came is put back where it was: a cancelled wait has
//    taken nothing.
// 3. When the server says nothing within a second the task is let go. The wait is called off all the same, behind it: what a
//    server that was only stopped hands out later is put back too. Cut off, it would hand that out to nobody.
// 4. A second cancel does not stop any of this; the task is cancelled when it is done.
// 5. Closing ends what waits, in the same way: who waits hears that it is closed, or has what came in that moment.

import {
  cancelAndWait,
  Context,
  createTask,
  Event,
  getRunningLoop,
  interruptible,
  isCancelled,
  moveOnAfter,
} from '../asyncio.ts';
import type { Task } from '../asyncio.ts';
import { checkpoint, isCancelDue } from '../lowlevel.ts';
import { RedisConnection } from './connection.ts';
import type { RedisArgument } from './driver.ts';

/** How long the server has to answer a cancel, in milliseconds. */
const PATIENCE = 1000;
/** Milliseconds between two requests to end one wait. */
const AGAIN = 5;
/** Bulk strings as bytes: what is put back must be what was taken. */
const AS_BYTES: Record<number, unknown> = { 36: Buffer };

/** How a reply that came too late is undone: the command that does it. */
export type Undo = (reply: readonly Buffer[]) => RedisArgument[];

interface Line {
  readonly connection: RedisConnection;
  readonly id: string;
}

/** A command that was sent and has not answered, or is being called off. */
interface Waiting {
  readonly line: Line;
  readonly answer: Answer;
  readonly over: Event;
}

/** The connections on which others wait. */
export class BlockingLines {
  readonly #main: RedisConnection;
  readonly #idle: Line[] = [];
  readonly #all: Set<Line> = new Set();
  readonly #waiting: Set<Waiting> = new Set();
  /** Those that nobody waits for any more, and the server has not ended. */
  readonly #late: Set<Task<void>> = new Set();
  #isClosing = false;

  constructor(main: RedisConnection) {
    this.#main = main;
  }

  /** Sends a command that may wait, and waits for the reply. */
  async run(args: readonly RedisArgument[], undo: Undo | undefined): Promise<unknown> {
    this.#main.check();
    if (isCancelDue()) await checkpoint();
    const line = this.#takeIdle() ?? (await this.#open());
    const { connection } = line;
    if (this.#isClosing) {
      this.#cut(line);
      throw this.#main.closedError();
    }
    const answer = new Answer(connection.client.sendCommand(args, { typeMapping: AS_BYTES }));
    const waiting: Waiting = { line, answer, over: new Event() };
    this.#waiting.add(waiting);
    try {
      await interruptible(answer.settled);
      this.#putBack(line);
    } catch (error) {
      await this.#callOff(line, answer, undo);
      throw error;
    } finally {
      this.#waiting.delete(waiting);
      waiting.over.set();
    }
    if (answer.failure === undefined) return answer.reply;
    throw this.#isClosing ? this.#main.closedError() : connection.error(answer.failure, String(args[0]));
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    for (const { line, answer, over } of this.#waiting) {
      const ended = await moveOnAfter(PATIENCE, () => this.#unblock(line, answer)).catch(() => undefined);
      if (ended !== true) line.connection.destroy();
      await over.wait();
    }
    for (const task of this.#late) await cancelAndWait(task);
    for (const line of this.#all) await line.connection.close();
  }

  destroy(): void {
    for (const line of this.#all) line.connection.destroy();
  }

  /** One that still stands: the server may have been restarted while they were idle. */
  #takeIdle(): Line | undefined {
    for (;;) {
      const line = this.#idle.pop();
      if (line === undefined || line.connection.client.isReady) return line;
      this.#cut(line);
    }
  }

  async #open(): Promise<Line> {
    const connection = await RedisConnection.open(this.#main.settings, { comesBack: false });
    try {
      const line = { connection, id: String(await connection.send(['CLIENT', 'ID'])) };
      this.#all.add(line);
      return line;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  #putBack(line: Line): void {
    if (line.connection.isClosed || this.#main.isClosed) this.#cut(line);
    else this.#idle.push(line);
  }

  #cut(line: Line): void {
    this.#all.delete(line);
    line.connection.destroy();
  }

  /** Nobody waits for it any more; no cancel stops this, and it does not fail. */
  async #callOff(line: Line, answer: Answer, undo: Undo | undefined): Promise<void> {
    const work = async (): Promise<boolean> => {
      await this.#unblock(line, answer);
      await this.#undo(line, answer, undo);
      return true;
    };
    let done: boolean | undefined;
    try {
      done = await moveOnAfter(PATIENCE, work, { shield: true });
    } catch {
      // The main connection is gone.
    }
    if (done === true) this.#putBack(line);
    else if (answer.isSettled || this.#isClosing || this.#main.isClosed) this.#cut(line);
    else this.#callOffLater(line, answer, undo);
  }

  #callOffLater(line: Line, answer: Answer, undo: Undo | undefined): void {
    const work = async (): Promise<void> => {
      try {
        await this.#unblock(line, answer);
        await this.#undo(line, answer, undo);
      } catch (error) {
        // The main connection is gone.
        if (isCancelled(error)) throw error;
      } finally {
        this.#cut(line);
      }
    };
    const task = createTask(work, { name: 'calling off a wait in Redis', context: new Context() });
    this.#late.add(task);
    task.addDoneCallback(() => this.#late.delete(task));
  }

  /** Puts back what came too late: over the very connection on which it came, for the other one may be away. */
  async #undo(line: Line, { failure, reply }: Answer, undo: Undo | undefined): Promise<void> {
    if (undo === undefined || failure !== undefined || reply === null || reply === undefined) return;
    const by = line.connection.client.isReady ? line.connection : this.#main;
    try {
      await by.send(undo(reply as readonly Buffer[]));
    } catch (error) {
      if (isCancelled(error)) throw error;
      getRunningLoop().callExceptionHandler({
        message: 'what Redis handed out to a wait that was cancelled could not be put back',
        exception: error,
        reply,
      });
    }
  }

  /** Has the server end the wait, and comes back when it has. */
  async #unblock(line: Line, answer: Answer): Promise<true> {
    while (!answer.isSettled) {
      await this.#main.send(['CLIENT', 'UNBLOCK', line.id, 'ERROR']);
      await moveOnAfter(AGAIN, () => interruptible(answer.settled));
    }
    return true;
  }
}

/** A reply that is looked at by several. */
class Answer {
  reply: unknown;
  failure: unknown;
  isSettled = false;
  /** Resolves when it is here, whatever it is. */
  readonly settled: Promise<void>;

  constructor(sent: Promise<unknown>) {
    this.settled = sent.then(
      (reply) => {
        this.reply = reply;
        this.isSettled = true;
      },
      (failure: unknown) => {
        this.failure = failure ?? new Error('the command failed');
        this.isSettled = true;
      },
    );
  }
}
