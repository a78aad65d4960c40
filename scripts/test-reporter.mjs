// A compact reporter for node:test. One line for each file, failures in full as they come and once more
// by name at the end, and node's own summary (ℹ tests N, ℹ pass N, ...) as the closing lines.
//
//   node --test --test-reporter=./scripts/test-reporter.mjs ...

import { relative } from 'node:path';
import { styleText, inspect } from 'node:util';
import { root } from './runtime.mjs';

/** @typedef {{ tests: number, failed: number, skipped: number, todo: number, milliseconds: number }} FileResult */

const colors = process.stdout.isTTY && !process.env['NO_COLOR'];
/** @param {Parameters<typeof styleText>[0]} style @param {string} text */
const paint = (style, text) => (colors ? styleText(style, text) : text);

/**
 * The line that reports one file; the runners for Bun and Deno print the same.
 * @param {string} file
 * @param {FileResult} result
 */
export function fileLine(file, { tests, failed, skipped, todo, milliseconds }) {
  const notes = [`${tests} test${tests === 1 ? '' : 's'}`];
  if (failed > 0) notes.push(paint('red', `${failed} failed`));
  if (skipped > 0) notes.push(`${skipped} skipped`);
  if (todo > 0) notes.push(`${todo} todo`);
  const mark = failed > 0 ? paint('red', '✖') : paint('green', '✔');
  return `${mark} ${file} ${paint('gray', `(${notes.join(', ')}, ${Math.round(milliseconds)} ms)`)}\n`;
}

/** @param {string} title */
export const failureLine = (title) => `${paint('red', '✖')} ${title}\n`;

/** @param {string | undefined} file */
export function shortName(file) {
  return file === undefined ? '' : relative(root, file.replace(/^file:\/\//, ''));
}

/** @param {AsyncIterable<any>} events */
export default async function* testReporter(events) {
  /** @type {string[]} */
  const failures = [];
  /** @type {string[]} */
  const summary = [];
  /** @type {Map<string, string[]>} names of the open tests of each file, outermost first */
  const open = new Map();
  for await (const { type, data } of events) {
    switch (type) {
      case 'test:start': {
        const names = open.get(data.file) ?? [];
        names.length = data.nesting;
        names.push(data.name);
        open.set(data.file, names);
        break;
      }
      case 'test:fail': {
        // A parent fails because of its children, a test marked as todo may fail: neither is news.
        if (data.todo !== undefined || data.details.error?.failureType === 'subtestsFailed') break;
        const names = (open.get(data.file) ?? []).slice(0, data.nesting);
        const file = shortName(data.file);
        const place = data.line === undefined ? file : `${file}:${data.line}`;
        const title = [...names, data.name].filter((name) => name !== file).join(' > ');
        failures.push(`${place}  ${title}`);
        yield failureLine(`${place}  ${title}`);
        yield `${indent(describeError(data.details.error))}\n`;
        break;
      }
      case 'test:stdout':
      case 'test:stderr':
        yield data.message;
        break;
      case 'test:diagnostic':
        if (data.file !== undefined)
          yield `${paint('cyan', 'ℹ')} ${shortName(data.file)}: ${data.message}\n`;
        else summary.push(`${paint('cyan', 'ℹ')} ${data.message}\n`);
        break;
      case 'test:summary':
        if (data.file === undefined) break;
        yield fileLine(shortName(data.file), {
          tests: data.counts.tests,
          failed: data.counts.failed + data.counts.cancelled,
          skipped: data.counts.skipped,
          todo: data.counts.todo,
          milliseconds: data.duration_ms,
        });
        break;
    }
  }
  if (failures.length > 0) yield `\n${failures.length} failed:\n${failures.map(failureLine).join('')}\n`;
  yield* summary;
}

/** @param {any} error */
function describeError(error) {
  const cause = error?.code === 'ERR_TEST_FAILURE' ? (error.cause ?? error) : error;
  const text = typeof cause === 'string' ? cause : inspect(cause, { colors, depth: 6 });
  // The test runner's own frames say nothing.
  return text.replaceAll(
    /^ +at .*node:(internal\/(test_runner|per_context|process)|async_hooks).*?( \{)?$\n?/gm,
    (_, _1, _2, brace) => (brace ? '  {\n' : ''),
  );
}

/** @param {string} text */
const indent = (text) => text.replace(/^/gm, '    ');
