// Which script a command line of Node, Bun or Deno runs.

import { basename } from 'node:path';

/** The runtimes that can be looked at. */
export type JavaScriptRuntime = 'node' | 'bun' | 'deno';

/** Options of Node that take the next argument. */
const NODE_VALUES =
  /^(-r|--require|--import|-C|--conditions|--loader|--experimental-loader|--env-file|--title|--icu-data-dir|--inspect-port|--stack-trace-limit|--max-old-space-size|--test-name-pattern|--test-reporter|--watch-path)$/;
const CODE = /^(-e|-p|-pe|--eval|--print)$/;
const SUBCOMMANDS: Record<JavaScriptRuntime, RegExp> = {
  node: /^(inspect|run)$/,
  bun: /^(run|test|x)$/,
  deno: /^(run|test|task|serve|eval|repl|compile|bench)$/,
};

/** The base name of the script; with `asyncio run FILE` that of FILE. Undefined where there is none: a console, code on the
 * command line, a title that the program has put in the place of its arguments. */
export function scriptOf(runtime: JavaScriptRuntime, argv: readonly string[]): string | undefined {
  const args = plainArguments(argv.slice(1));
  if (args === undefined) return undefined;
  if (SUBCOMMANDS[runtime].test(args[0] ?? '')) args.shift();
  const [script, command, file] = args;
  if (script === undefined) return undefined;
  const isOurs =
    /(^|[/\\])asyncio$|asyncio-ts[/\\].*[/\\](main\.js|main\.ts)$|src[/\\]cli[/\\]main\.ts$/.test(script);
  if (isOurs && command === 'run' && file !== undefined) return basename(file);
  return isOurs ? 'asyncio' : basename(script);
}

function plainArguments(args: readonly string[]): string[] | undefined {
  const plain: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string;
    if (plain.length > 0 || !arg.startsWith('-')) plain.push(arg);
    else if (CODE.test(arg)) return undefined;
    else if (NODE_VALUES.test(arg)) index++;
  }
  return plain;
}
