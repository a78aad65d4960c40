// Running one statement with many sets of arguments, without waiting between them.
//
// 1. All of them or none: one implicit transaction, as there is one Sync at the end.
// 2. What ends it early (a bad argument, an error of whoever gives them, a cancel) must not carry out what was written: the
//    server is then told something that it refuses, and skips the rest.
// 3. Arguments are taken as the server takes them: what waits to be sent is bounded.

import { wrapFuture } from '../../asyncio.ts';
import type { Row, RowReader } from '../values/decode.ts';
import type { Wire } from '../wire/driver.ts';
import type { Session } from '../wire/session.ts';
import { StatementExchange } from './runStatement.ts';

/** A portal that there is not. */
const NOWHERE = 'asyncio_nowhere';

export class RunMany extends StatementExchange {
  /** What they returned, one after the other. */
  readonly rows: Row[] = [];
  #read: RowReader | undefined = undefined;
  #prepared: (() => void) | undefined = undefined;
  /** The statement is prepared, or the exchange is over. */
  readonly whenReady: Promise<void> = new Promise((resolve) => (this.#prepared = resolve));
  #isDone: boolean = false;

  protected override ready(): void {
    this.#read = this.statement.reader(this.codecs.driver, this.codecs.decoders);
    this.#prepared?.();
  }

  protected override rowCame(texts: readonly (string | null)[]): void {
    this.rows.push((this.#read as RowReader)(texts));
  }

  override fail(error: unknown): void {
    super.fail(error);
    this.#prepared?.();
  }

  /** Sends them all, for `Session.perform`. */
  async send(
    sets: Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>,
    session: Session,
  ): Promise<void> {
    await wrapFuture(this.whenReady);
    for await (const args of sets) {
      if (this.failure !== undefined || this.isOver) break;
      this.#one(args, this.wire);
      if (this.wire.stream.writableNeedDrain) await session.drained(this);
    }
    this.#isDone = true;
    this.sync();
  }

  override abort(): void {
    if (!this.#isDone) this.wire.execute({ portal: NOWHERE, rows: 0 });
    super.abort();
  }

  #one(args: readonly unknown[], wire: Wire): void {
    const values = this.encode(args);
    wire.stream.cork();
    wire.bind({ portal: '', statement: this.statement.wireName, values });
    wire.execute({ portal: '', rows: 0 });
    wire.stream.uncork();
  }
}
