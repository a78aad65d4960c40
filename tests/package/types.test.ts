// The declarations under the settings that programs have: without skipLibCheck, without the DOM's types and without
// koffi, for each kind of module resolution, on the host's types of each Node, by the newest compiler and by the last
// of TypeScript 5.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../scripts/runtime.mjs';
import { missingPeers, peerFolder } from '../peers.ts';
import { stagePackage } from './stage.ts';

// Outside of the project, whose packages a compiler would find.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'types-')));
after(() => rmSync(folder, { recursive: true, force: true }));
stagePackage(folder);
cpSync(join(import.meta.dirname, 'typed.ts'), join(folder, 'typed.ts'));

const ours = join(root, 'node_modules');
const compilers = { 'TypeScript 7': join(ours, 'typescript'), 'TypeScript 5': peerFolder('typescript-5') };
const hostTypes = {
  22: peerFolder('@types/node-22'),
  24: peerFolder('@types/node-24'),
  26: join(ours, '@types', 'node'),
};

interface Settings {
  readonly module: string;
  readonly moduleResolution: string;
  /** Of the program's package.json. */
  readonly type: 'module' | 'commonjs';
  readonly lib?: readonly string[];
}

const modern: readonly Settings[] = [
  { module: 'nodenext', moduleResolution: 'nodenext', type: 'module' },
  { module: 'nodenext', moduleResolution: 'nodenext', type: 'commonjs' },
  { module: 'node16', moduleResolution: 'node16', type: 'module' },
  { module: 'node16', moduleResolution: 'node16', type: 'commonjs' },
  { module: 'esnext', moduleResolution: 'bundler', type: 'module' },
];
const [nodenext] = modern as [Settings];
const withDom = { ...nodenext, lib: ['es2022', 'dom', 'dom.iterable'] };
const old: Settings = { module: 'commonjs', moduleResolution: 'node10', type: 'commonjs' };

const matrix: readonly (readonly [keyof typeof compilers, keyof typeof hostTypes, Settings])[] = [
  ...([22, 24, 26] as const).flatMap((node) =>
    [...modern, withDom].map((settings) => ['TypeScript 7', node, settings] as const),
  ),
  ...modern.map((settings) => ['TypeScript 5', 22, settings] as const),
  ['TypeScript 5', 22, old],
  ['TypeScript 5', 26, nodenext],
];

for (const [compiler, node, settings] of matrix) {
  const { module, moduleResolution, type, lib = ['es2022'] } = settings;
  const how = `${compiler}, @types/node ${node}, ${moduleResolution}, ${type}, ${lib.join(' and ')}`;
  const skip = missingPeers('typescript-5', '@types/node-22', '@types/node-24');
  test(`package: its declarations compile by ${how}`, { skip }, () => {
    const types = join(folder, 'node_modules', '@types');
    rmSync(types, { recursive: true, force: true });
    mkdirSync(types);
    symlinkSync(hostTypes[node], join(types, 'node'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'es2022',
      lib,
      module,
      moduleResolution,
      types: ['node'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
    const args = [join(compilers[compiler], 'bin', 'tsc'), '-p', '.', '--pretty', 'false'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
  });
}
