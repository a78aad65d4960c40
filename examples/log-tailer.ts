// Follows several logs at once, as `tail -F` does: through rotation and truncation, also before they exist.
//
//   npm run example -- log-tailer [-n LINES] [-g PATTERN] FILE...     10 lines of each first, unless -n says otherwise
//   npm run example -- log-tailer -g 'error|warn' /var/log/*.log      only the lines that fit
//
// Each line has the name of its log in front. Ctrl-C ends it, and tells how many lines it showed of how many.

import { parseArgs } from 'node:util';
import { OSError, run, taskGroup } from 'asyncio-ts';
import { Path, tail } from 'asyncio-ts/files';

const usage = 'usage: log-tailer [-n LINES] [-g PATTERN] FILE...';
const colours = [36, 33, 32, 35, 34, 31];

interface Count {
  shown: number;
  read: number;
}

async function follow(
  path: string,
  lines: number,
  wanted: RegExp,
  prefix: string,
  count: Count,
): Promise<void> {
  for await (const line of tail(path, { lines })) {
    count.read++;
    if (!wanted.test(line)) continue;
    count.shown++;
    console.log(`${prefix}${line}`);
  }
}

/** The names, each with spaces up to the longest, in a colour of its own on a terminal. */
function prefixes(paths: readonly string[]): string[] {
  const names = paths.map((path) => new Path(path).name);
  const width = Math.max(...names.map((name) => name.length));
  const coloured = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  return names.map((name, index) => {
    const text = `${name.padEnd(width)} | `;
    return coloured ? `\x1b[${colours[index % colours.length]}m${text}\x1b[0m` : text;
  });
}

function readArguments(): { lines: number; wanted: RegExp; paths: string[] } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        lines: { type: 'string', short: 'n', default: '10' },
        grep: { type: 'string', short: 'g', default: '' },
      },
    });
    const lines = Number(values.lines);
    if (positionals.length === 0 || !Number.isInteger(lines) || lines < 0) return undefined;
    return { lines, wanted: new RegExp(values.grep), paths: positionals };
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}

const given = readArguments();
if (given === undefined) {
  console.error(usage);
  process.exit(2);
}
const { lines, wanted, paths } = given;

await run(async () => {
  const count = { shown: 0, read: 0 };
  const inFront = prefixes(paths);
  try {
    await taskGroup(async (group) => {
      for (const [index, path] of paths.entries()) {
        void group.createTask(async () => {
          try {
            await follow(path, lines, wanted, inFront[index] ?? '', count);
          } catch (error) {
            // A folder, or a log that may not be read: the others go on.
            if (!(error instanceof OSError)) throw error;
            console.error(error.message);
            process.exitCode = 1;
          }
        });
      }
    });
  } finally {
    console.log(`${count.shown} of ${count.read} lines`);
  }
});
