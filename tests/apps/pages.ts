// The pages of docs/apps: their files are written into a folder beside the packages of peers/, as a user has them.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../scripts/runtime.mjs';

const fence = /^```ts\n\/\/ (\S+)\n([\s\S]*?)^```/gm;

/** What a page asks its reader to copy, by file name. */
export function filesOf(page: string): Map<string, string> {
  const text = readFileSync(join(root, 'docs', 'apps', `${page}.md`), 'utf8');
  return new Map(Array.from(text.matchAll(fence), ([, name = '', code = '']) => [name, code]));
}

/** A folder below peers/, in which `asyncio-ts` is this project; until it is removed. */
export class AppFolder {
  readonly path: string;

  constructor(files: ReadonlyMap<string, string>) {
    const scratch = join(root, 'peers', '.scratch');
    mkdirSync(scratch, { recursive: true });
    this.path = mkdtempSync(join(scratch, 'app-'));
    this.write('package.json', '{ "type": "module" }');
    mkdirSync(join(this.path, 'node_modules'));
    symlinkSync(root, join(this.path, 'node_modules', 'asyncio-ts'), 'junction');
    for (const [name, code] of files) this.write(name, code);
  }

  write(name: string, text: string): void {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
