// Copies where they can't end well, in a process of its own: as another user, or with little room. It prints what
// happened in JSON; the folder that it is given is looked at by the test.
//
//   places.ts unprivileged FOLDER     as a user who owns nothing there but FOLDER/own
//   places.ts full FOLDER SOURCE      copies SOURCE, which is larger than what there is room for

import process from 'node:process';
import { OSError, run } from '../../../src/asyncio.ts';
import { copy, copy2, copyFile, copyTree, removeTree, TreeCopyError } from '../../../src/files/files.ts';

const [what, folder = '', source = ''] = process.argv.slice(2);
// The system sends it to one that may write no larger files; what counts is the error.
process.on('SIGXFSZ', () => {});

const outcomes: Record<string, unknown> = {};

async function attempt(name: string, body: () => Promise<unknown>): Promise<void> {
  try {
    await body();
    outcomes[name] = 'done';
  } catch (error) {
    if (error instanceof TreeCopyError)
      outcomes[name] = error.failures.map((each) => (each.error as OSError).code);
    else if (error instanceof OSError) outcomes[name] = [error.name, error.code, error.filename];
    else outcomes[name] = String(error);
  }
}

await run(async () => {
  if (what === 'unprivileged') {
    process.setgroups?.([]);
    process.setgid?.(65_534);
    process.setuid?.(65_534);
    await attempt('read', () => copyFile(`${folder}/secret`, `${folder}/own/copy`));
    await attempt('write', () => copyFile(`${folder}/own/file`, `${folder}/locked/copy`));
    await attempt('over', () => copy2(`${folder}/own/file`, `${folder}/locked/there`));
    await attempt('in place', () => copyFile(`${folder}/own/file`, `${folder}/secret`, { inPlace: true }));
    await attempt('tree', () => copyTree(`${folder}/mixed`, `${folder}/own/mixed`));
    await attempt('remove', () => removeTree(`${folder}/locked`));
    await attempt('well', () => copy(`${folder}/own/file`, `${folder}/own/well`));
  } else {
    await attempt('new', () => copyFile(source, `${folder}/new`));
    await attempt('over', () => copyFile(source, `${folder}/old`));
    await attempt('tree', () => copyTree(source.replace(/\/[^/]*$/, ''), `${folder}/tree`));
    await attempt('in place', () => copyFile(source, `${folder}/place`, { inPlace: true }));
  }
});
console.log(JSON.stringify(outcomes));
