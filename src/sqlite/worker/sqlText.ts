// What SQL text says before SQLite reads it: where its statements end, which parameters they have, whether they write.
// The drivers tell none of it: they take the first statement and drop the rest, and bind NULL to what was forgotten.

export interface SqlStatement {
  readonly text: string;
  /** The parameter at each position, with its sign; undefined for a bare `?`. */
  readonly parameters: readonly (string | undefined)[];
  /** Whether it is an INSERT, UPDATE, DELETE or REPLACE, with or without rows to return. */
  readonly changes: boolean;
  /** Whether it may change what statements mean: neither a query nor one of those that change rows. */
  readonly defines: boolean;
}

// What a token begins with tells what it is. Strings and comments may lack their end: SQLite says so itself. A doubled
// quote ends one token and begins the next, which comes to the same; and code units are matched, not characters: so a
// literal of megabytes is one loop in the engine, and not a frame of its stack for each character.
const TOKEN: RegExp =
  /\s+|--[^\n]*|\/\*[^]*?(?:\*\/|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|\?\d*|[:@#][\w$\u0080-\uffff]+|\$[\w$\u0080-\uffff]+(?:::[\w$\u0080-\uffff]*)*(?:\([^\s)]*\))?|[\w$\u0080-\uffff]+|[^]/g;
const CHANGES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE']);
const QUERIES: ReadonlySet<string> = new Set(['SELECT', 'VALUES', 'EXPLAIN', 'PRAGMA', 'WITH']);

/** The statements of a text, without empty ones. */
export function splitSql(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let reading = new Reading(0);
  for (const match of sql.matchAll(TOKEN)) {
    const token = match[0];
    if (reading.take(token)) {
      const text = sql.slice(reading.start, match.index + token.length);
      if (!reading.empty) statements.push(reading.statement(text));
      reading = new Reading(match.index + token.length);
    }
  }
  if (!reading.empty) statements.push(reading.statement(sql.slice(reading.start)));
  return statements;
}

class Reading {
  readonly start: number;
  readonly #parameters: (string | undefined)[] = [];
  readonly #words: string[] = [];
  #verb: string | undefined = undefined;
  #depth: number = 0;
  #before: string = '';
  #last: string = '';
  empty: boolean = true;

  constructor(start: number) {
    this.start = start;
  }

  /** Takes a token in, and returns whether the statement ends with it. */
  take(token: string): boolean {
    if (/^(?:\s|--|\/\*)/.test(token)) return false;
    if (token === ';') {
      // The statements inside of a trigger end with it too; the trigger ends with `; END;`.
      const inside = this.#isTrigger() && !(this.#last === 'END' && this.#before === ';');
      if (!inside) return true;
    } else this.empty = false;
    if (/^[?:@#$]./.test(token) || token === '?') this.#parameter(token);
    else if (/^[a-z]/i.test(token)) this.#word(token.toUpperCase());
    else if (token === '(') this.#depth++;
    else if (token === ')') this.#depth--;
    this.#before = this.#last;
    this.#last = token.toUpperCase();
    return false;
  }

  statement(text: string): SqlStatement {
    const verb = this.#verb ?? '';
    const changes = CHANGES.has(verb);
    return { text, parameters: this.#parameters, changes, defines: !changes && !QUERIES.has(verb) };
  }

  #isTrigger(): boolean {
    const [first, second, third] = this.#words;
    return (
      first === 'CREATE' &&
      (second === 'TRIGGER' || (second?.startsWith('TEMP') === true && third === 'TRIGGER'))
    );
  }

  #word(word: string): void {
    if (this.#words.length < 3) this.#words.push(word);
    if (this.#verb === undefined) this.#verb = word;
    // What follows the tables of a WITH decides.
    else if (this.#verb === 'WITH' && this.#depth === 0 && (CHANGES.has(word) || word === 'SELECT'))
      this.#verb = word;
  }

  #parameter(token: string): void {
    const parameters = this.#parameters;
    const number = /^\?\d+$/.test(token) ? Number(token.slice(1)) : undefined;
    if (number !== undefined) {
      // SQLite refuses what is more.
      if (number < 1 || number > 32_766) return;
      while (parameters.length < number) parameters.push(undefined);
      parameters[number - 1] = token;
    } else if (token === '?') parameters.push(undefined);
    else if (!parameters.includes(token)) parameters.push(token);
  }
}
