// The exam's server in a process of its own.
//
// A process of its own for two reasons: course 3 takes one descriptor a racer on each side, and a server
// that shares the client's loop would hide a client that blocks it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Report, ScenarioOptions, ScenarioServer } from './scenarioServer.ts';

/** Starts the server with the runtime that runs this one. `random` stays the default. */
export async function startScenarioProcess(
  options: Omit<ScenarioOptions, 'random'>,
): Promise<ScenarioServer> {
  const program = fileURLToPath(new URL('./serve.ts', import.meta.url));
  const flags = 'Deno' in globalThis ? ['run', '--allow-all'] : [];
  const child = spawn(process.execPath, [...flags, program, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the exam's server ended with code ${code}`)));
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}

/**
 * What the clients of a course did so far.
 * @param within milliseconds to wait for the last racer's connection to be gone (default 0)
 */
export async function readReport(url: string, course: number, within = 0): Promise<Report> {
  const response = await fetch(`${url}/report/${course}?within=${within}`);
  return (await response.json()) as Report;
}
