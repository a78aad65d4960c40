// The version of the package that this command belongs to.

import { readFile } from 'node:fs/promises';

export async function packageVersion(): Promise<string> {
  // The same distance from src/cli, dist/cli and dist/bundle.
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
