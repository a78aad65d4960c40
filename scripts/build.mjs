// npm run build: compiles src/ to dist/ (JavaScript, declarations, source maps). The new dist/ takes the
// place of the old one only when it is complete. Also runs before every `npm pack` and `npm publish`.

import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './runtime.mjs';

// At the same depth as dist/, for the relative paths in the source maps.
const fresh = join(root, `.dist-${process.pid}`);
const dist = join(root, 'dist');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
if (status === 0) {
  const command = join(fresh, 'cli', 'main.js');
  if (existsSync(command)) chmodSync(command, 0o755);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
} else {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(status ?? 1);
}
