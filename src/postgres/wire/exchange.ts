// One exchange with the server: what is said, and what is heard until the server is ready for the next.
//
// 1. An exchange is over when the server has said ReadyForQuery, or when the connection is gone. Nothing else ends it.
// 2. What went wrong first is its failure: an error of the server, or one of ours while messages were made or read. It goes on
//    to its end all the same, so that what comes next finds the connection in order.
// 3. In the extended protocol exactly one Sync is sent, whatever happens: after an error the server skips all before it.
// 4. Nothing that is called from the driver throws into it.

import type { Field, ReportMessage, Submittable, Wire } from './driver.ts';

export abstract class Exchange implements Submittable {
  /** What went wrong first. */
  failure: unknown = undefined;
  /** What the server says it has done, such as `INSERT 0 1`. */
  tag: string = '';
  /** The server is ready for the next, or the connection is gone. */
  isOver: boolean = false;
  /** Called when it is over. */
  onOver: (() => void) | undefined = undefined;
  #wire: Wire | undefined = undefined;
  #synced: boolean = false;
  #isSimple: boolean = false;

  /** Writes the first messages. */
  protected abstract begin(wire: Wire): void;
  /** Parameters of a statement that is being described. */
  protected parametersCame(_types: readonly number[]): void {}
  /** Columns of the result; none for a statement that returns no rows. */
  protected fieldsCame(_fields: readonly Field[]): void {}
  protected rowCame(_values: readonly (string | null)[]): void {}
  /** The server waits for the data of a COPY. */
  protected copyInCame(): void {
    this.#refuseCopy('COPY FROM STDIN needs copyToTable or copyIn');
  }
  protected copyDataCame(_chunk: Uint8Array): void {}
  /** Whether this side has something to do still when it is over. */
  get outlasts(): boolean {
    return false;
  }
  /** Called off: what comes now is read and dropped, and nothing more is asked for. */
  abort(): void {
    this.fail(new Error('called off'));
    this.sync();
  }

  protected get wire(): Wire {
    return this.#wire as Wire;
  }

  /** Keeps what went wrong first. */
  fail(error: unknown): void {
    this.failure ??= error;
  }

  /** Sends the Sync, unless it was sent. */
  protected sync(): void {
    if (this.#synced) return;
    this.#synced = true;
    this.wire.sync();
  }

  /** In the simple protocol there is no Sync. */
  protected needsNoSync(): void {
    this.#isSimple = this.#synced = true;
  }

  // Called by the session.

  over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onOver?.();
  }

  handleParameterDescription(types: readonly number[]): void {
    this.#try(() => this.parametersCame(types));
  }

  handleNoData(): void {
    this.#try(() => this.fieldsCame([]));
  }

  // Called by the driver.

  submit(wire: Wire): void {
    this.#wire = wire;
    wire.stream.cork();
    try {
      this.begin(wire);
    } catch (error) {
      this.fail(error);
      this.sync();
    } finally {
      wire.stream.uncork();
    }
  }

  handleRowDescription(message: { fields: readonly Field[] }): void {
    this.#try(() => this.fieldsCame(message.fields));
  }

  handleDataRow(message: { fields: (string | null)[] }): void {
    if (this.failure !== undefined) return;
    try {
      this.rowCame(message.fields);
    } catch (error) {
      this.fail(error);
    }
  }

  handleCommandComplete(message: { text: string }): void {
    this.tag = message.text;
  }

  handleCopyInResponse(): void {
    // Nobody has data for it any more, and the server would wait.
    if (this.failure !== undefined) this.#refuseCopy('called off by the client');
    else this.#try(() => this.copyInCame());
  }

  #refuseCopy(reason: string): void {
    this.wire.sendCopyFail(reason);
    // The Sync that was sent came while the server waited for data, and was passed over.
    if (!this.#isSimple) this.wire.sync();
  }

  handleCopyData(message: { chunk: Uint8Array }): void {
    try {
      this.copyDataCame(message.chunk);
    } catch (error) {
      this.fail(error);
    }
  }

  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleReadyForQuery(): void {}

  handleError(error: ReportMessage): void {
    this.fail(error);
    this.sync();
  }

  /** Whatever went wrong, the server is told that this is all. */
  #try(act: () => void): void {
    if (this.failure !== undefined) return;
    try {
      act();
    } catch (error) {
      this.fail(error);
      this.sync();
    }
  }
}
