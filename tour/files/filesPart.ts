// The file part of the tour: the project's own sources, saved one after the other and then concurrently.

import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machine } from '../measure.ts';
import { measureWay, ways } from '../part.ts';
import type { Comparison, MeasuredWay, Way } from '../part.ts';
import { rootErrors } from '../rootErrors.ts';
import { counted, duration, percent, size } from '../screen/units.ts';
import type { Tools } from '../tools.ts';
import { saveFiles } from './saveFiles.ts';
import type { Saved } from './saveFiles.ts';
import { reasonOf, systemCode, UserError } from '../userError.ts';

const source = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'src');
const most = 200;

export async function filesPart(tools: Tools): Promise<Comparison> {
  const { limit } = tools.args;
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .slice(0, most);
  const inTurn = await pass(tools, 'inTurn', files, 1);
  const atOnce = await pass(tools, 'atOnce', files, limit);
  const { poolThreads } = machine();
  const same = inTurn.saved.hashes.every((hash, n) => hash === atOnce.saved.hashes[n]);
  return {
    kind: 'comparison',
    name: 'files',
    amount: `${counted(files.length, 'file')} forced to disk`,
    inTurn: inTurn.measured,
    atOnce: atOnce.measured,
    details: [
      `${counted(files.length, 'file')} of the project's sources, ${size(inTurn.saved.bytes)}, are read, hashed, ` +
        'written, forced onto the disk (fdatasync) and moved to their place. Forcing waits for the disk, which does ' +
        `many in the time of one; ${counted(poolThreads, 'thread')} of the host's pool do the calls ` +
        '(UV_THREADPOOL_SIZE). Where the disk is memory there is nothing to wait for, and little to win.',
      `In turn JavaScript waited ${percent(1 - inTurn.measured.busy)} of the time, at once ` +
        `${percent(1 - atOnce.measured.busy)}. ${same ? 'Both passes read the same.' : 'The sources changed between the passes.'}`,
    ],
    facts: { files: files.length, bytes: inTurn.saved.bytes, limit, poolThreads, same },
  };
}

async function pass(
  { progress, scratch }: Tools,
  way: Way,
  files: readonly string[],
  limit: number,
): Promise<{ saved: Saved; measured: MeasuredWay }> {
  const saved: Saved = { done: 0, bytes: 0, hashes: [] };
  const folder = join(scratch, way);
  mkdirSync(folder);
  progress.begin(`files ${ways[way]}`, () => ({
    done: saved.done,
    total: files.length,
    bytes: saved.bytes,
  }));
  let mark: 'done' | 'stopped' = 'stopped';
  const began = performance.now();
  try {
    const measured = await measureWay(() => saveFiles(files, folder, limit, saved));
    mark = 'done';
    return { saved, measured };
  } catch (error) {
    throw diskError(error);
  } finally {
    progress.end(mark, [
      `${counted(saved.done, 'file')} in ${duration(performance.now() - began)}`,
      size(saved.bytes),
    ]);
  }
}

/** What the disk refused, as one sentence; any other error as it is. */
function diskError(error: unknown): unknown {
  const code = rootErrors(error)
    .map(systemCode)
    .find((each) => each !== undefined);
  if (code === undefined) return error;
  return new UserError(`the files could not be saved: ${reasonOf(code, code)}`, 1, { cause: error });
}
