// What the clients ask, and what the answers should be by the database: each question is the number of a file
// in the listing, its answer the size and the SHA-256.

import type { DatabaseSync } from 'node:sqlite';
import type { PassName } from './arguments.ts';
import type { RawPath } from './fileSystem.ts';
import type { Listed } from './walk.ts';

export interface Question {
  /** Of the file, in the listing. */
  readonly file: number;
  readonly answer: string;
}

/** How many questions each client has. */
export const questionsEach = 4;
/** Larger files would make it a test of SHA-256. */
const largest = 65_536;

/** As many questions as asked for, spread over the files that the pass has read; some come more than once where
 * there are few files, and there are none where there is no file. */
export function chooseQuestions(
  db: DatabaseSync,
  pass: PassName,
  files: readonly Listed[],
  wanted: number,
): Question[] {
  const known = new Map<string, string>();
  for (const { path, bytes, sha256 } of db
    .prepare(`SELECT path, bytes, sha256 FROM ${pass} WHERE bytes <= ?`)
    .iterate(largest)) {
    known.set(keyOf(path as RawPath), answerOf(Number(bytes), String(sha256)));
  }
  const candidates: Question[] = [];
  for (const [file, { path }] of files.entries()) {
    const answer = known.get(keyOf(path));
    if (answer !== undefined) candidates.push({ file, answer });
  }
  if (candidates.length === 0) return [];
  const stride = Math.max(1, candidates.length / wanted);
  const at = (n: number): number => Math.floor(n * stride) % candidates.length;
  return Array.from({ length: wanted }, (_, n) => candidates[at(n)] as Question);
}

export function answerOf(bytes: number, sha256: string): string {
  return `${bytes} ${sha256}`;
}

/** A path as a key; one of bytes cannot look like one of text. */
function keyOf(path: RawPath | Uint8Array): string {
  return typeof path === 'string' ? path : `\0${Buffer.from(path).toString('latin1')}`;
}
