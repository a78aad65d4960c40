// Running a program with this library, step by step as oracle.py does.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { InvalidArgumentError } from '../../../src/asyncio.ts';
import { open, UnicodeDecodeError } from '../../../src/files/files.ts';
import type { BinaryFile, TextFile } from '../../../src/files/files.ts';
import type { Program } from './programs.ts';

type Steps = Record<string, (...args: never[]) => unknown>;

function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return value.map(shown);
  return value ?? null;
}

/** What Python calls the class. */
function className(error: unknown): string {
  if (error instanceof InvalidArgumentError) return 'ValueError';
  return (error as Error).name;
}

function stepsOf(file: BinaryFile | TextFile, binary: boolean): Steps {
  const places: number[] = [];
  const data = (text: string): never => (binary ? Buffer.from(text, 'hex') : text) as never;
  return {
    write: (text: string) => file.write(data(text)),
    writelines: (...lines: string[]) => file.writelines(lines.map(data)),
    here: async () => void (await file.seek(await file.tell())),
    mark: async () => void places.push(await file.tell()),
    back: async (which: number) => {
      if (places.length > 0) await file.seek(places[which % places.length] as number);
    },
    readinto: async (size: number) => {
      const room = new Uint8Array(size);
      return room.subarray(0, await (file as BinaryFile).readInto(room));
    },
    seek: async (place: number, whence: 0 | 1 | 2 = 0) => {
      const position = await file.seek(place, whence);
      return binary ? position : undefined;
    },
  };
}

export async function runHere(program: Program, path: string): Promise<unknown[]> {
  if (existsSync(path)) rmSync(path);
  writeFileSync(path, Buffer.from(program.initial, 'hex'));
  const results: unknown[] = [];
  let file: BinaryFile | TextFile;
  try {
    file = await open(path, program.mode, program.options as never);
  } catch (error) {
    return [className(error)];
  }
  const own = stepsOf(file, program.mode.includes('b'));
  for (const [name, ...args] of program.steps) {
    try {
      const step = own[name] ?? (file as unknown as Steps)[name];
      results.push(shown(await (step as (...args: unknown[]) => unknown).apply(file, args)));
    } catch (error) {
      results.push(className(error));
      if (error instanceof UnicodeDecodeError) break;
    }
  }
  try {
    await file.close();
  } catch (error) {
    results.push(className(error));
  }
  results.push({ contents: readFileSync(path).toString('hex') });
  return results;
}
