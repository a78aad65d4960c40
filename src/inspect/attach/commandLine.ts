// Which script a command line of Node, Bun or Deno runs.

import { basename } from 'node:path';

/** The runtimes that can be looked at. */
export type JavaScriptRuntime = 'node' | 'bun' | 'deno';

/** Options of the runtimes that take the next argument. */
const VALUES: Record<JavaScriptRuntime, RegExp> = {
  node: /^(-r|--require|--import|-C|--conditions|--loader|--experimental-loader|--env-file|--title|--icu-data-dir|--inspect-port|--stack-trace-limit|--max-old-space-size|--test-name-pattern|--test-reporter|--watch-path)$/,
  bun: /^(-r|--preload|--require|--import|-c|--config|--cwd|--conditions|--env-file|--tsconfig-override)$/,
  deno: /^(-c|--config|--import-map|--lock|--cert|--location|--port|--host|--seed|--conditions)$/,
};
/** Those of our command. */
const OUR_VALUES = /^(-o|--output|--shutdown-timeout|--last|--hang|--signal)$/;
const CODE = /^(-e|-p|-pe|--eval|--print)$/;
const SUBCOMMANDS: Record<JavaScriptRuntime, RegExp> = {
  node: /^(inspect|run)$/,
  bun: /^(run|test|x)$/,
  deno: /^(run|test|task|serve|eval|repl|compile|bench)$/,
};

/** The base name of the script; with `asyncio run FILE`, `trace` and `record` that of FILE. Undefined where there is none: a
 * console, code on the command line, a title that the program has put in the place of its arguments. */
export function scriptOf(runtime: JavaScriptRuntime, argv: readonly string[]): string | undefined {
  let args = plainArguments(argv.slice(1), VALUES[runtime]);
  if (args !== undefined && SUBCOMMANDS[runtime].test(args[0] ?? ''))
    args = plainArguments(args.slice(1), VALUES[runtime]);
  const [script, command, ...rest] = args ?? [];
  if (script === undefined) return undefined;
  const isOurs =
    /(^|[/\\])asyncio$|asyncio-ts[/\\].*[/\\](main\.js|main\.ts)$|src[/\\]cli[/\\]main\.ts$/.test(script);
  if (!isOurs) return basename(script);
  const file = /^(run|trace|record)$/.test(command ?? '')
    ? plainArguments(rest, OUR_VALUES)?.[0]
    : undefined;
  return basename(file ?? 'asyncio');
}

/** The arguments from the first on that is no option; undefined where the program is given as code. */
function plainArguments(args: readonly string[], values: RegExp): readonly string[] | undefined {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as string;
    if (!arg.startsWith('-')) return args.slice(index);
    if (CODE.test(arg)) return undefined;
    if (values.test(arg)) index++;
  }
  return [];
}
