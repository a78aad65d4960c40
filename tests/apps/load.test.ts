// Real servers under load: 1,000 requests at once of which a third leave in the middle, by the library's function for each framework.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { ClientRequest } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import '../harness.ts';
import { commandLine, onDeno } from '../commandLine.ts';
import { missingPeers } from '../peers.ts';
import { askAll, expectedCounts } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Counts } from './work.ts';

const needs: Readonly<Record<string, readonly string[]>> = {
  http: [],
  express: ['express'],
  koa: ['koa'],
  fastify: ['fastify'],
  hono: ['hono', '@hono/node-server'],
};

interface Said {
  readonly port?: number;
  readonly started?: string;
  readonly counts?: Counts;
  readonly complaints?: readonly string[];
  readonly tasks?: number;
}

for (const [name, peers] of Object.entries(needs)) {
  test(
    `${name}: of 1,000 requests at once none is lost, mixed up, or goes on after its client`,
    {
      skip: missingPeers(...peers),
    },
    async () => {
      const program = [...commandLine(join(import.meta.dirname, 'serveLoad.ts')), name];
      const child = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
      let printed = '';
      child.stdout?.on('data', (text) => (printed += String(text)));
      child.stderr?.on('data', (text) => (printed += String(text)));
      const leaving = new Map<string, ClientRequest>();
      const { promise: port, resolve: listens, reject: fails } = Promise.withResolvers<number>();
      let last: Said = {};
      child.on('message', (said: Said) => {
        if (said.port !== undefined) listens(said.port);
        if (said.started !== undefined) leaving.get(said.started)?.destroy();
        if (said.counts !== undefined)
          last = { ...said, complaints: said.complaints?.filter(counts) ?? [] };
      });
      const ended = once(child, 'close') as Promise<[number | null, string | null]>;
      void ended.then(() => fails(new Error(`the server ended: ${printed}`)));
      const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
      try {
        const at = await port;
        await askAll((id, leaves) => ask(at, id, agent, leaves ? leaving : undefined));
        agent.destroy();
        child.send('close');
        const [code, signal] = await ended;
        assert.deepEqual([code, signal, printed], [0, null, ''], 'the server ends by itself, in silence');
        assert.deepEqual(last, {
          counts: expectedCounts,
          complaints: [],
          tasks: 0,
        });
      } finally {
        agent.destroy();
        child.kill('SIGKILL');
        await ended;
      }
    },
  );
}

/** Koa prints the error that Deno gives to a response whose client has left, with the library and without it. */
function counts(complaint: string): boolean {
  return !onDeno || !complaint.includes('Error: aborted');
}

/** Asks for `/id`; with `leaving` the request is destroyed by whoever hears that it has started. */
async function ask(
  port: number,
  id: string,
  agent: Agent,
  leaving: Map<string, ClientRequest> | undefined,
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const request = get({ host: '127.0.0.1', port, path: `/${id}`, agent }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => (text += part));
    response.on('end', () => resolve(text === id ? 'right' : `${response.statusCode} ${text}`));
    response.on('error', (error) => resolve(String(error)));
  });
  request.on('error', (error) => resolve(leaving === undefined ? String(error) : 'left'));
  leaving?.set(id, request);
  return await promise;
}
