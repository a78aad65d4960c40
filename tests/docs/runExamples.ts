// Runs examples one after the other in one process: arguments are their files, and for each file that
// has been run a line of JSON goes to file descriptor 3. See examples.test.ts.

import { writeSync } from 'node:fs';
import { format } from 'node:util';
import { pathToFileURL } from 'node:url';

export interface Outcome {
  readonly file: string;
  readonly error?: string;
  /** It took too long: its process has ended with it. */
  readonly hung: boolean;
  /** What each `console.log` printed, by its line in the file. */
  readonly printed: readonly { readonly line: number; readonly text: string }[];
}

/** An example that takes longer (milliseconds) hangs. */
const limit = 30_000;

for (const file of process.argv.slice(2)) {
  const url = pathToFileURL(file).href;
  const printed: { line: number; text: string }[] = [];
  const capture = (...values: unknown[]): void => {
    const frame = new RegExp(`${RegExp.escape(url)}:(\\d+)`).exec(new Error().stack ?? '');
    printed.push({ line: Number(frame?.[1] ?? 0), text: format(...values) });
  };
  console.log = capture;
  console.info = capture;
  let hung = false;
  let error: string | undefined;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    hung = true;
    late.reject(`not finished after ${limit} ms`);
  }, limit);
  try {
    await Promise.race([import(url), late.promise]);
  } catch (thrown) {
    error = thrown instanceof Error ? format(thrown) : String(thrown);
  }
  clearTimeout(timer);
  const outcome: Outcome = { file, hung, printed, ...(error !== undefined && { error }) };
  writeSync(3, `${JSON.stringify(outcome)}\n`);
  if (hung) break;
}
process.exit(0);
