// Random programs of SQL, here and under Python's sqlite3: each step gives the same names, rows with their types, counts,
// class and code of error, and the same state of the transaction. A failure prints the program and its seed.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import { run } from '../../../src/asyncio.ts';
import { connect, SqliteError } from '../../../src/sqlite/sqlite.ts';
import type { Connection, SqlInput } from '../../../src/sqlite/sqlite.ts';
import { Random } from '../../../src/testing/testing.ts';
import { askPython } from '../../differential/askPython.ts';
import { findPython } from '../../differential/python.ts';
import { drawProgram } from './programs.ts';
import type { Spelled, Step } from './programs.ts';

const python = findPython();
const oracle = join(import.meta.dirname, 'oracle.py');
const count = Number(process.env['SQLITE_PROGRAMS'] ?? 40);
const base = Number(process.env['SQLITE_SEED'] ?? 1);

test(
  'sqlite: random programs give what they give under Python',
  { skip: python === undefined && 'there is no Python: install python3' },
  async () => {
    const programs = Array.from({ length: count }, (_, index) => drawProgram(new Random(base + index)));
    const lines = askPython(python, oracle, programs);
    await run(async () => {
      const db = await connect(':memory:', { rows: 'array', integers: 'bigint' });
      for (const [index, program] of programs.entries()) {
        const there = JSON.parse(lines[index] as string) as Result[];
        for (const [at, step] of program.entries()) {
          const here = await perform(db, step);
          const message = `seed ${base + index}, step ${at} of ${JSON.stringify(program.slice(0, at + 1))}`;
          assert.deepEqual(here, there[at], message);
        }
        await db.rollback();
        await db.executescript('DROP TABLE u; DROP TABLE t');
      }
      await db.close();
    });
  },
);

type Result =
  | { readonly error: string; readonly code: string | null; readonly open: boolean }
  | {
      readonly names: readonly string[];
      readonly rows: readonly (readonly Spelled[])[];
      readonly told: readonly number[];
      readonly open: boolean;
    };

async function perform(db: Connection, [sql, parameters]: Step): Promise<Result> {
  try {
    const values = Array.isArray(parameters)
      ? (parameters as readonly Spelled[]).map(toValue)
      : Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, toValue(value)]));
    const cursor = await db.execute<unknown[]>(sql, values);
    const rows = (await cursor.fetchall()).map((row) => row.map(spell));
    const inserted = sql.startsWith('INSERT') ? [Number(cursor.lastrowid)] : [];
    return {
      names: cursor.description?.map(({ name }) => name) ?? [],
      rows,
      told: [cursor.rowcount, ...inserted],
      open: db.inTransaction,
    };
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
    return { error: error.name, code: error.sqliteErrorName ?? null, open: db.inTransaction };
  }
}

function toValue([kind, text]: Spelled): SqlInput {
  if (kind === 'int') return BigInt(text);
  if (kind === 'real') return Number(text);
  if (kind === 'blob') return Uint8Array.from(Buffer.from(text, 'hex'));
  return kind === 'null' ? null : text;
}

function spell(value: unknown): Spelled {
  if (value === null) return ['null', ''];
  if (typeof value === 'bigint') return ['int', String(value)];
  if (typeof value === 'number') return ['real', hexOf(value)];
  if (typeof value === 'string') return ['text', value];
  return ['blob', Buffer.from(value as Uint8Array).toString('hex')];
}

/** As Python's float.hex(). */
function hexOf(value: number): string {
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] as bigint;
  const sign = bits >> 63n === 1n ? '-' : '';
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = (bits & 0xfffffffffffffn).toString(16).padStart(13, '0');
  if (exponent === 0)
    return fraction === '0'.repeat(13) ? `${sign}0x0.0p+0` : `${sign}0x0.${fraction}p-1022`;
  const power = exponent - 1023;
  return `${sign}0x1.${fraction}p${power < 0 ? '' : '+'}${power}`;
}
