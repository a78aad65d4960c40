// `asyncio dash PID|NAME|URL`: the dashboard of a program, until Ctrl-C.

import { readFile } from 'node:fs/promises';
import { taskGroup } from '../../asyncio.ts';
import { attach } from '../../inspect/inspect.ts';
import { CommandError } from '../commandError.ts';
import { helpText } from '../help.ts';
import { readArguments } from '../readArguments.ts';
import { runLooking } from '../runLooking.ts';
import { harmless } from '../../lowlevel.ts';
import { pidOfInspector } from './pidOfInspector.ts';
import { serveDash } from './serveDash.ts';

declare const asyncioBundle: true | undefined;

export async function dash(argv: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments({
    args: [...argv],
    allowPositionals: true,
    options: {
      port: { type: 'string', short: 'p' },
      interval: { type: 'string', short: 'i' },
      'read-only': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(helpText('dash'));
    return;
  }
  const [target, ...more] = positionals;
  if (target === undefined) throw new CommandError('which process? asyncio dash PID|NAME|URL');
  if (more.length > 0) throw new CommandError(`too much: ${JSON.stringify(more[0])}`);
  const port = inRange('port', values.port ?? '0', 0, 65_535);
  const interval = 1000 * inRange('interval', values.interval ?? '0.5', 0.1, 3600);
  const html = await pageText();
  try {
    await runLooking(() =>
      serveUntilStopped(target, { port, interval, mayCancel: values['read-only'] !== true, html }),
    );
  } catch (error) {
    if ((error as { code?: string }).code === 'EADDRINUSE')
      throw new CommandError(`port ${port} is taken`, 1);
    throw error;
  }
}

async function serveUntilStopped(target: string, options: Parameters<typeof serveDash>[1]): Promise<void> {
  const isUrl = /^(ws|http):\/\//.test(target);
  const program = await attach(isUrl ? await pidOfInspector(target) : target);
  try {
    const view = await program.snapshot({ stacks: false, most: 1 });
    const { server, looks, address } = await serveDash(program, options);
    console.log(
      `The dashboard of ${harmless(view.name)}, process ${view.pid}, for this machine and this user alone:`,
    );
    console.log(`\n  ${address}\n\nCtrl-C ends it.`);
    await taskGroup(async (group) => {
      void group.createTask(() => looks.run(), { name: 'looks' });
      await server.serveForever();
    });
  } finally {
    program.close();
  }
}

/** The page is one file beside the bundle. */
async function pageText(): Promise<string> {
  const path = typeof asyncioBundle === 'undefined' ? '../../../dist/bundle/dash.html' : './dash.html';
  try {
    return await readFile(new URL(path, import.meta.url), 'utf8');
  } catch (error) {
    throw new CommandError(
      `the page is not there (${(error as NodeJS.ErrnoException).code}): npm run build makes it`,
      1,
    );
  }
}

function inRange(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new CommandError(`--${name} takes a number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}
