// How a test starts a TypeScript program from source, on the runtime that runs the test.

import process from 'node:process';

const versions = process.versions as Record<string, string | undefined>;
export const onBun: boolean = versions['bun'] !== undefined;
export const onDeno: boolean = versions['deno'] !== undefined;

/** The arguments after the executable; `gc` makes the collector callable. */
export function commandLine(file: string, options: { gc?: boolean } = {}): string[] {
  const gc = options.gc === true;
  if (onDeno) {
    return [
      'run',
      '--allow-all',
      '--no-check',
      '--no-lock',
      '--node-modules-dir=manual',
      ...(gc ? ['--v8-flags=--expose-gc'] : []),
      '--conditions=asyncio-ts-source',
      file,
    ];
  }
  const flags = [...(gc ? ['--expose-gc'] : []), '--conditions=asyncio-ts-source'];
  if (!onBun) flags.push('--disable-warning=ExperimentalWarning');
  return [...flags, file];
}
