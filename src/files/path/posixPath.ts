// Python's os.path on POSIX: what can be said of a path by its text alone. Nothing here asks the file system.
//
// 1. The rules are those of Python's newest posixpath, also for what no file is called: lone surrogates, `//`, no text
//    at all. tests/files/path compares with python3 on random paths.
// 2. Python's strings are characters, ours are UTF-16: where the difference shows (`commonprefix`), no pair is split.

import process from 'node:process';
import { InvalidArgumentError } from '../../asyncio.ts';
import { fspath } from './fsPath.ts';
import type { FilePath } from './fsPath.ts';

export const curdir = '.';
export const pardir = '..';
export const extsep = '.';
export const sep = '/';
export const altsep: string | undefined = undefined;
export const pathsep = ':';
export const devnull = '/dev/null';

/** The path as it is: on POSIX case matters. */
export function normcase(path: FilePath): string {
  return fspath(path);
}

/** Whether the path begins at the root. */
export function isabs(path: FilePath): boolean {
  return fspath(path).startsWith('/');
}

/** One path of several; an absolute one discards those before it. */
export function join(first: FilePath, ...rest: readonly FilePath[]): string {
  let path = fspath(first);
  for (const part of rest.map(fspath)) {
    if (part.startsWith('/')) path = part;
    else path += path === '' || path.endsWith('/') ? part : `/${part}`;
  }
  return path;
}

/** What stands before the last slash, and what after it: `[head, tail]`. */
export function split(path: FilePath): [head: string, tail: string] {
  const text = fspath(path);
  const at = text.lastIndexOf('/') + 1;
  const head = text.slice(0, at);
  return [head.replace(/(?<=[^/])\/+$/, ''), text.slice(at)];
}

/** What follows the last slash. */
export function basename(path: FilePath): string {
  return split(path)[1];
}

/** What precedes the last slash. */
export function dirname(path: FilePath): string {
  return split(path)[0];
}

/** Root and extension: `a.tar.gz` is `['a.tar', '.gz']`; dots in front are no extension. */
export function splitext(path: FilePath): [root: string, extension: string] {
  const text = fspath(path);
  const dot = text.lastIndexOf('.');
  for (let i = text.lastIndexOf('/') + 1; i < dot; i++)
    if (text[i] !== '.') return [text.slice(0, dot), text.slice(dot)];
  return [text, ''];
}

/** The drive, which POSIX has none of, and the path. */
export function splitdrive(path: FilePath): [drive: string, path: string] {
  return ['', fspath(path)];
}

/** Drive, root and the rest. The root is `''`, `'/'`, or `'//'`, which POSIX leaves to the system. */
export function splitroot(path: FilePath): [drive: string, root: string, tail: string] {
  const text = fspath(path);
  if (!text.startsWith('/')) return ['', '', text];
  if (text[1] !== '/' || text[2] === '/') return ['', '/', text.slice(1)];
  return ['', '//', text.slice(2)];
}

/** The path without `.`, doubled slashes and what `..` takes back. It may lead elsewhere where it goes over symbolic
 * links: `realpath` asks the file system. */
export function normpath(path: FilePath): string {
  const [, root, tail] = splitroot(path);
  const parts: string[] = [];
  for (const part of tail.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..' || (root === '' && parts.length === 0) || parts.at(-1) === '..') parts.push(part);
    else parts.pop();
  }
  return root + parts.join('/') || '.';
}

/** The path from the root, normalized. */
export function abspath(path: FilePath): string {
  const text = fspath(path);
  return normpath(text.startsWith('/') ? text : join(process.cwd(), text));
}

/** The path as seen from the folder `start`; from the working directory by default.
 * @throws InvalidArgumentError for an empty path */
export function relpath(path: FilePath, start: FilePath = '.'): string {
  const text = fspath(path);
  if (text === '')
    throw new InvalidArgumentError('path', 'no path specified: an empty string is relative to nothing');
  const from = parts(abspath(start));
  const to = parts(abspath(text));
  const shared = sharedLength([from, to]);
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/') || '.';
}

/** What all of the paths begin with, character by character: the result may end inside a name. */
export function commonprefix(paths: Iterable<FilePath>): string {
  const texts = [...paths].map(fspath);
  const [first = ''] = texts;
  let length = sharedLength(texts);
  const last = first.charCodeAt(length - 1);
  const splits = (text: string): boolean => text.charCodeAt(length) >> 10 === 0x37;
  if (last >> 10 === 0x36 && texts.some(splits)) length--;
  return first.slice(0, length);
}

/** The longest path that all of the paths lie below.
 * @throws InvalidArgumentError for no paths, and for absolute ones together with relative ones */
export function commonpath(paths: Iterable<FilePath>): string {
  const texts = [...paths].map(fspath);
  if (texts.length === 0) throw new InvalidArgumentError('paths', 'commonpath takes one path at least');
  const absolute = texts.filter((text) => text.startsWith('/')).length;
  if (absolute !== 0 && absolute !== texts.length)
    throw new InvalidArgumentError('paths', 'commonpath takes absolute paths or relative ones, not both');
  const split = texts.map((text) => parts(text).filter((part) => part !== '.'));
  const [first = []] = split;
  return (absolute === 0 ? '' : '/') + first.slice(0, sharedLength(split)).join('/');
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** How many items at the front are the same in all of the sequences. */
function sharedLength(sequences: readonly (string | readonly string[])[]): number {
  const [first, ...others] = sequences;
  if (first === undefined) return 0;
  let length = 0;
  while (length < first.length && others.every((other) => other[length] === first[length])) length++;
  return length;
}
