// The statements of a session by their text: the server prepares each once. The least recently used leaves when there are
// too many, and the server is told so with the next statement that runs.

import { InvalidArgumentError } from '../../asyncio.ts';
import { Statement } from './statement.ts';

/** A longer text is not kept: it has its values in it, most likely, and does not come again. */
const LONGEST = 15_360;

/** A statement or a portal by its name at the server. */
export interface Named {
  readonly type: 'S' | 'P';
  readonly name: string;
}

export class StatementCache {
  readonly #size: number;
  readonly #statements: Map<string, Statement> = new Map();
  #count: number = 0;
  readonly #leaving: Named[] = [];

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
    checkQuery(text);
    if (this.#size === 0 || text.length > LONGEST) return new Statement(text, '');
    const statement = this.named(text);
    this.#statements.set(text, statement);
    if (this.#statements.size > this.#size) this.#evict();
    return statement;
  }

  /** A statement of its own, for as long as somebody holds it. */
  named(text: string): Statement {
    checkQuery(text);
    return new Statement(text, `asyncio_${++this.#count}`);
  }

  /** The server may forget it. */
  leave(statement: Statement): void {
    if (statement.wireName !== '' && statement.isPrepared)
      this.leaveNamed({ type: 'S', name: statement.wireName });
    statement.forget();
  }

  /** The server may forget it, when the next statement goes out. */
  leaveNamed(named: Named): void {
    this.#leaving.push(named);
  }

  /** What is to be closed now; it is returned once. */
  takeLeaving(): readonly Named[] {
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

/** @throws InvalidArgumentError for what is no text of a query */
export function checkQuery(query: string): string {
  if (typeof query !== 'string') throw new InvalidArgumentError('query', 'a query is a string');
  // The rest would never reach the server.
  if (query.includes('\0')) throw new InvalidArgumentError('query', 'a query has no NUL character');
  if (!query.isWellFormed())
    throw new InvalidArgumentError('query', 'half of a surrogate pair is nothing that UTF-8 can hold');
  return query;
}
