// A program for signals.test.ts: the index of a folder on a disk whose files, from the 300th on, can neither be read nor
// closed. It says `stuck` when it is there; clean-up then never ends by itself.
//
//   stuckProgram.ts FOLDER DATABASE

import { run } from '../../../src/asyncio.ts';
import { parseArguments } from '../../../tour/arguments.ts';
import { realFileSystem } from '../../../tour/folder/fileSystem.ts';
import type { FileSystem } from '../../../tour/folder/fileSystem.ts';
import { Progress } from '../../../tour/screen/progress.ts';
import { noStyle } from '../noStyle.ts';
import { indexFolder } from '../../../tour/folder/indexFolder.ts';

const never = <T>(): Promise<T> => new Promise(() => {});
let opened = 0;
const fs: FileSystem = {
  ...realFileSystem,
  open: async (path) => {
    const handle = await realFileSystem.open(path);
    if ((opened += 1) <= 300) return handle;
    if (opened === 304) process.stderr.write('stuck\n');
    return { stat: () => handle.stat(), read: never, close: never };
  },
};

const [folder = '', db = ''] = process.argv.slice(2);
const keepsRunning = setInterval(() => {}, 1000);
const args = parseArguments(
  [folder, '--db', db, '--no-warm', '--passes', 'concurrent', '--limit', '4'],
  '/',
  '/',
);
if (args.job !== 'folder') throw new Error('stuckProgram.ts FOLDER DATABASE');
await run(() =>
  indexFolder(args, {
    fs,
    progress: new Progress({ write: () => {} }, false, noStyle),
    page: { width: 80, style: noStyle },
    print: (lines) => void process.stdout.write(`${lines.join('\n')}\n`),
    atExit: (callback) => {
      process.once('exit', callback);
      return () => void process.off('exit', callback);
    },
    cwd: '/',
  }),
);
clearInterval(keepsRunning);
