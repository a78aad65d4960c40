// Running a statement, in one exchange: it is prepared on the way when the server does not know it yet.
//
// 1. Preparing and running are one exchange, with one Sync at the end: so a proxy that gives each transaction another server
//    sees one transaction, and a cancel finds one thing to call off.
// 2. The arguments are written when the types of the parameters are known; arguments that do not fit are refused before
//    anything runs.

import { InterfaceError } from '../errors/interfaceError.ts';
import { encodeAll } from '../values/encode.ts';
import type { Encoders } from '../values/encode.ts';
import type { Decoders, Row, RowReader } from '../values/decode.ts';
import type { Driver, Field, Sent, Wire } from '../wire/driver.ts';
import { Exchange } from '../wire/exchange.ts';
import type { Statement } from './statement.ts';
import type { Named } from './statementCache.ts';

/** How values are written and read in a session. */
export interface Codecs {
  readonly driver: Driver;
  readonly encoders: Encoders;
  readonly decoders: Decoders;
}

/** Where it pauses. */
export interface PortalOptions {
  /** After how many rows; 0 for never. */
  readonly limit: number;
  /** A name, when it is to be continued before the transaction ends. */
  readonly portal?: string;
}

const WHOLE: PortalOptions = { limit: 0 };

/** Prepares a statement where that is needed; then its parameters are known, and `ready` is called. */
export abstract class StatementExchange extends Exchange {
  readonly statement: Statement;
  /** The server knew it before. */
  readonly wasPrepared: boolean;
  protected readonly codecs: Codecs;
  readonly #leaving: readonly Named[];
  #types: readonly number[] | undefined = undefined;

  constructor(statement: Statement, codecs: Codecs, leaving: readonly Named[] = []) {
    super();
    this.statement = statement;
    this.wasPrepared = statement.isPrepared;
    this.codecs = codecs;
    this.#leaving = leaving;
  }

  /** The parameters are known: what is to be run is written. */
  protected abstract ready(): void;

  protected override begin(wire: Wire): void {
    for (const named of this.#leaving) wire.close(named);
    const { statement } = this;
    if (statement.isPrepared) return this.ready();
    // An attempt that was cut short may have got as far as the server.
    if (statement.wasTried && statement.wireName !== '')
      wire.close({ type: 'S', name: statement.wireName });
    statement.wasTried = true;
    wire.parse({ name: statement.wireName, text: statement.text });
    wire.describe({ type: 'S', name: statement.wireName });
    wire.flush();
  }

  protected override parametersCame(types: readonly number[]): void {
    this.#types = types;
  }

  protected override fieldsCame(fields: readonly Field[]): void {
    if (this.#types === undefined) return;
    this.statement.fields = fields;
    this.statement.parameterTypes = this.#types;
    this.#types = undefined;
    this.ready();
  }

  protected encode(args: readonly unknown[]): Sent[] {
    const types = this.statement.parameterTypes as readonly number[];
    if (args.length !== types.length) {
      const wants = `the query has ${types.length} parameter${types.length === 1 ? '' : 's'}`;
      throw new InterfaceError(
        `${wants}, and ${args.length} argument${args.length === 1 ? ' was' : 's were'} given`,
      );
    }
    return encodeAll(args, types, this.codecs.encoders);
  }
}

/** Only prepares it. */
export class PrepareStatement extends StatementExchange {
  protected override ready(): void {
    this.sync();
  }
}

/** Runs it and keeps its rows. */
export class RunStatement extends StatementExchange {
  readonly rows: Row[] = [];
  /** There are more rows than `limit`. */
  isSuspended: boolean = false;
  readonly #args: readonly unknown[];
  readonly #limit: number;
  readonly #portal: string;
  #read: RowReader | undefined = undefined;

  constructor(
    statement: Statement,
    args: readonly unknown[],
    codecs: Codecs,
    leaving: readonly Named[],
    portal: PortalOptions = WHOLE,
  ) {
    super(statement, codecs, leaving);
    this.#args = args;
    this.#limit = portal.limit;
    this.#portal = portal.portal ?? '';
  }

  protected override ready(): void {
    const values = this.encode(this.#args);
    this.#read = this.statement.reader(this.codecs.driver, this.codecs.decoders);
    const { wire } = this;
    wire.stream.cork();
    wire.bind({ portal: this.#portal, statement: this.statement.wireName, values });
    wire.execute({ portal: this.#portal, rows: this.#limit });
    this.sync();
    wire.stream.uncork();
  }

  protected override rowCame(texts: readonly (string | null)[]): void {
    this.rows.push((this.#read as RowReader)(texts));
  }

  override handlePortalSuspended(): void {
    this.isSuspended = true;
  }
}

/** Goes on where a portal has paused. */
export class ContinuePortal extends Exchange {
  readonly rows: Row[] = [];
  isSuspended: boolean = false;
  readonly #portal: string;
  readonly #limit: number;
  readonly #read: RowReader;

  constructor(portal: string, limit: number, read: RowReader) {
    super();
    this.#portal = portal;
    this.#limit = limit;
    this.#read = read;
  }

  protected override begin(wire: Wire): void {
    wire.execute({ portal: this.#portal, rows: this.#limit });
    this.sync();
  }

  protected override rowCame(texts: readonly (string | null)[]): void {
    this.rows.push(this.#read(texts));
  }

  override handlePortalSuspended(): void {
    this.isSuspended = true;
  }
}

/** Tells the server that a portal or a statement is needed no longer. */
export class CloseNamed extends Exchange {
  readonly #named: Named;

  constructor(named: Named) {
    super();
    this.#named = named;
  }

  protected override begin(wire: Wire): void {
    wire.close(this.#named);
    this.sync();
  }
}

/** A script: one or more statements without arguments, by the simple protocol, in one implicit transaction. */
export class RunScript extends Exchange {
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  protected override begin(wire: Wire): void {
    this.needsNoSync();
    wire.query(this.#text);
  }
}
