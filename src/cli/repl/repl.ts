// `asyncio repl`: a prompt under the loop.

import process from 'node:process';
import { getRunningLoop, run } from '../../asyncio.ts';
import { CommandError } from '../commandError.ts';
import { helpText } from '../help.ts';
import { readArguments } from '../readArguments.ts';
import { runLooking } from '../runLooking.ts';
import { packageVersion } from '../version.ts';
import { defineNames, Evaluator } from './evaluator.ts';
import { readInputs } from './prompt.ts';

export async function repl(argv: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments({
    args: [...argv],
    allowPositionals: true,
    options: {
      debug: { type: 'boolean' },
      write: { type: 'boolean' },
      thread: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(helpText('repl'));
    return;
  }
  const [target, ...more] = positionals;
  if (more.length > 0) throw new CommandError(`too much: ${JSON.stringify(more[0])}`);
  keepQuiet();
  if (target !== undefined) {
    const thread = Number(values.thread ?? 0);
    if (!Number.isInteger(thread)) throw new CommandError(`--thread takes a number, not ${values.thread}`);
    await inProcess(target, thread, values.write === true);
  } else await run(atPrompt, { handleSignals: false, ...(values.debug === true ? { debug: true } : {}) });
  // What was typed may have left servers and timers of the host open.
  process.exit();
}

async function inProcess(target: string, thread: number, mayChange: boolean): Promise<void> {
  const { promptIn } = await import('./remote.ts');
  await runLooking(() => promptIn(target, { thread, mayChange, loop: getRunningLoop() }));
}

async function atPrompt(): Promise<void> {
  if (process.stdin.isTTY) {
    console.log(
      `asyncio-ts ${await packageVersion()} on ${hostName()}\n` +
        'await works at the top, and tasks go on between inputs.\n' +
        'Ctrl-C cancels the running input, Ctrl-D leaves.',
    );
  }
  const hidden = defineNames().map((name) => `asyncio.${name}`);
  if (process.stdin.isTTY) {
    const but = hidden.length === 0 ? '' : `, but ${hidden.join(', ')}`;
    console.log(`The names of asyncio-ts are there${but}.`);
  }
  await readInputs({ prompt: '> ', evaluator: new Evaluator(getRunningLoop()) });
}

/** Node warns that what the prompt is made of is new: the user has not asked for it. */
function keepQuiet(): void {
  const warn = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (...args: unknown[]) => {
    if (!/^(stripTypeScriptTypes|vm\.USE_MAIN_CONTEXT)/.test(String(args[0]))) warn(...args);
  };
}

function hostName(): string {
  const { bun, deno } = process.versions as Record<string, string | undefined>;
  if (bun !== undefined) return `Bun ${bun}`;
  return deno === undefined ? `Node ${process.versions.node}` : `Deno ${deno}`;
}
