// Random programs of SQL: tables of all affinities, values of all types, expressions, transactions, and mistakes. Nothing
// makes text of a number with many digits: versions of SQLite differ in how many they write.

import type { Random } from '../../../src/testing/testing.ts';

/** A value with its type, as it travels to Python. */
export type Spelled = readonly [kind: 'int' | 'real' | 'text' | 'blob' | 'null', text: string];
export type Step = readonly [
  sql: string,
  parameters: readonly Spelled[] | Readonly<Record<string, Spelled>>,
];

const INTEGERS = [
  '0',
  '1',
  '-1',
  '7',
  '255',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
];
const REALS = ['0.5', '-1.25', '1e300', '1e-7'];
const TEXTS = ['', 'a', 'A', '12', '-3.5', 'x y', "it's", 'häß', '🙂', '1e3', ' 7 '];
const BLOBS = ['', '00', '61ff00', '3132'];
const TYPES = ['INTEGER', 'TEXT', 'REAL', 'BLOB', 'NUMERIC', ''];
const COLUMNS = ['a', 'b', 'c'];

export function drawProgram(random: Random): Step[] {
  const draw = new Drawing(random);
  const program: Step[] = [
    [
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a ${draw.type()}, b ${draw.type()} UNIQUE, c ${draw.type()} CHECK (c IS NOT 'x y'))`,
      [],
    ],
    ['CREATE TABLE u (t REFERENCES t, a NOT NULL DEFAULT 5)', []],
  ];
  const steps = 10 + draw.below(20);
  for (let count = 0; count < steps; count++) program.push(draw.step());
  program.push(['SELECT * FROM t ORDER BY id', []], ['SELECT * FROM u ORDER BY rowid', []]);
  return program;
}

class Drawing {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return this.#random.int(limit);
  }

  type(): string {
    return this.#pick(TYPES);
  }

  step(): Step {
    switch (this.below(14)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return ['INSERT INTO t (a, b, c) VALUES (?, ?, ?)', [this.#value(), this.#value(), this.#value()]];
      case 4:
        return [
          'INSERT INTO t (a, b, c) VALUES (:a, :b, :a) RETURNING id, typeof(a)',
          { a: this.#value(), b: this.#value() },
        ];
      case 5:
        return [
          `UPDATE t SET ${this.#column()} = ? WHERE ${this.#condition()}`,
          [this.#value(), this.#value()],
        ];
      case 6:
        return [`DELETE FROM t WHERE ${this.#condition()}`, [this.#value()]];
      case 7:
        return ['INSERT INTO u VALUES (?, ?)', [['int', String(this.below(6))], this.#value()]];
      case 8:
        return [
          `SELECT ${this.#expression()} AS x, typeof(${this.#column()}) AS y FROM t WHERE ${this.#condition()} ORDER BY id`,
          [this.#value()],
        ];
      case 9:
        return [
          `SELECT count(*), sum(id), max(${this.#column()}), group_concat(typeof(c)) FROM (SELECT * FROM t ORDER BY id)`,
          [],
        ];
      case 10:
        return [
          this.#pick(['BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT s', 'ROLLBACK TO s', 'RELEASE s']),
          [],
        ];
      case 11:
        return [
          `SELECT t.id, u.a FROM t LEFT JOIN u ON u.t = t.id AND ${this.#condition('u.a')} ORDER BY 1, u.rowid`,
          [this.#value()],
        ];
      case 12:
        return [
          this.#pick([
            'SELECT * FROM nowhere',
            'SELEC 1',
            'SELECT ?',
            'SELECT 1; SELECT 2',
            'SELECT :a',
            'UPDATE t SET',
          ]),
          this.below(2) === 0
            ? []
            : [
                ['int', '1'],
                ['int', '2'],
              ],
        ];
      default:
        return ['SELECT ?, typeof(?2), ?1', [this.#value(), this.#value()]];
    }
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  #column(): string {
    return this.#pick(COLUMNS);
  }

  #value(): Spelled {
    switch (this.below(8)) {
      case 0:
      case 1:
        return ['int', this.#pick(INTEGERS)];
      case 2:
        return ['real', this.#pick(REALS)];
      case 3:
        return ['blob', this.#pick(BLOBS)];
      case 4:
        return ['null', ''];
      default:
        return ['text', this.#pick(TEXTS)];
    }
  }

  #condition(column: string = this.#column()): string {
    return `${column} ${this.#pick(['=', '<', '>=', 'IS', 'IS NOT'])} ?`;
  }

  #expression(): string {
    const column = this.#column();
    return this.#pick([
      column,
      `typeof(${column}) || 'z'`,
      `-${column}`,

      `${column} + 1`,

      `coalesce(${column}, 'none')`,
      `CAST(${column} AS INTEGER)`,
    ]);
  }
}
