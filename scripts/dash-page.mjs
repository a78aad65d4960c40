// The page of `asyncio dash`, from dashboard/: one document with its style and its script, which the server hands out.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './runtime.mjs';

/** @returns {Promise<{ html: string, inputs: string[] }>} the document, and the files that went into it */
export async function buildDashPage() {
  const folder = join(root, 'dashboard');
  const read = (/** @type {string} */ file) => readFileSync(file, 'utf8');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(folder, 'main.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    metafile: true,
    logLevel: 'warning',
  });
  const script = outputFiles[0]?.text ?? '';
  const style =
    read(join(root, 'node_modules', 'uplot', 'dist', 'uPlot.min.css')) + read(join(folder, 'style.css'));
  // A function: a text to put in has its own meaning of `$`.
  const html = read(join(folder, 'page.html'))
    .replace('/*STYLE*/', () => style)
    .replace('/*SCRIPT*/', () => script.replaceAll('</script', '<\\/script'));
  return { html, inputs: Object.keys(metafile.inputs) };
}
