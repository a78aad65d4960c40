// Commands that wait at the server, each on a connection of its own, which a cancel ends there.
//
// 1. A cancel is sent to the server (CLIENT UNBLOCK), again and again until the command has answered: the two
//    connections race, so the first may come before the command does. The connection is used for another command only
//    when both the command and the last request have answered.
// 2. What the server had taken from a list or a set when the cancel came is put back where it was: a cancelled wait has
//    taken nothing.
// 3. When the server says nothing within a second the connection is cut, which ends the wait at the server.
// 4. A second cancel does not stop any of this; the task is cancelled when it is done.

import { createTask, interruptible, moveOnAfter, shield } from '../asyncio.ts';
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

/** The connections on which others wait. */
export class BlockingLines {
  readonly #main: RedisConnection;
  readonly #idle: Line[] = [];
  readonly #all: Set<Line> = new Set();
  readonly #undoing: Set<Task<void>> = new Set();

  constructor(main: RedisConnection) {
    this.#main = main;
  }

  /** Sends a command that may wait, and waits for the reply. */
  async run(args: readonly RedisArgument[], undo: Undo | undefined): Promise<unknown> {
    this.#main.check();
    if (isCancelDue()) await checkpoint();
    const line = this.#takeIdle() ?? (await this.#open());
    const { connection } = line;
    const answer = new Answer(connection.client.sendCommand(args, { typeMapping: AS_BYTES }));
    try {
      await interruptible(answer.settled);
    } catch (error) {
      const work = createTask(() => this.#end(line, answer, undo), {
        name: 'redis: end of a blocking command',
      });
      this.#undoing.add(work);
      work.addDoneCallback(() => this.#undoing.delete(work));
      await shield(work).catch(() => {});
      throw error;
    }
    this.#putBack(line);
    if (answer.failure !== undefined) throw connection.error(answer.failure, String(args[0]));
    return answer.reply;
  }

  async close(): Promise<void> {
    for (const work of this.#undoing) await shield(work).catch(() => {});
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

  async #end(line: Line, answer: Answer, undo: Undo | undefined): Promise<void> {
    const done = await moveOnAfter(PATIENCE, async () => {
      while (!answer.isSettled) {
        await this.#main.send(['CLIENT', 'UNBLOCK', line.id, 'ERROR']);
        await moveOnAfter(AGAIN, () => interruptible(answer.settled));
      }
      if (
        undo !== undefined &&
        answer.failure === undefined &&
        answer.reply !== null &&
        answer.reply !== undefined
      )
        await this.#main.send(undo(answer.reply as readonly Buffer[]));
      return true;
    }).catch((error: unknown) => {
      this.#cut(line);
      throw error;
    });
    if (done === true) this.#putBack(line);
    else this.#cut(line);
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
