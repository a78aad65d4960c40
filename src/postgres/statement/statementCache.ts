// The statements of a session by their text: the server prepares each once. The least recently used leaves when there are
// too many, and the server is told so with the next statement that runs.

import { Statement } from './statement.ts';

/** A longer text is not kept: it has its values in it, most likely, and does not come again. */
const LONGEST = 15_360;

export class StatementCache {
  readonly #size: number;
  readonly #statements: Map<string, Statement> = new Map();
  #count: number = 0;
  /** Names that the server may forget. */
  readonly #leaving: string[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** The statement for a text; one without a name when it is not to be kept. */
  get(text: string): Statement {
    const known = this.#statements.get(text);
    if (known !== undefined) {
      this.#statements.delete(text);
      this.#statements.set(text, known);
      return known;
    }
    if (this.#size === 0 || text.length > LONGEST) return new Statement(text, '');
    const statement = this.named(text);
    this.#statements.set(text, statement);
    if (this.#statements.size > this.#size) this.#evict();
    return statement;
  }

  /** A statement of its own, for as long as somebody holds it. */
  named(text: string): Statement {
    return new Statement(text, `asyncio_${++this.#count}`);
  }

  /** The server may forget it. */
  leave(statement: Statement): void {
    if (statement.wireName !== '' && statement.isPrepared) this.#leaving.push(statement.wireName);
    statement.forget();
  }

  /** The names to be closed now; they are returned once. */
  takeLeaving(): readonly string[] {
    return this.#leaving.length === 0 ? this.#leaving : this.#leaving.splice(0);
  }

  /** Drops a statement that no longer fits its tables. */
  drop(statement: Statement): void {
    if (this.#statements.get(statement.text) === statement) this.#statements.delete(statement.text);
    this.leave(statement);
  }

  forgetReaders(): void {
    for (const statement of this.#statements.values()) statement.forgetReader();
  }

  #evict(): void {
    const [oldest] = this.#statements.values();
    if (oldest === undefined) return;
    this.#statements.delete(oldest.text);
    this.leave(oldest);
  }
}
