// The agent's Stop button: whoever ends a run, nothing of it is left, neither here nor at the model nor in the database.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linuxOnly, Mark } from '../process/marked.ts';
import { needsPostgres, startPostgres } from '../services/postgres.ts';
import { interrupt, serveExample, stopExample } from './example.ts';
import type { Serving } from './example.ts';

const postgres = startPostgres();
const none = { tasks: 0, answers: 0, processes: 0, threads: 0, queries: 0 };
type Figures = typeof none;

/** An agent whose runs last, with the page's side of it. */
class Agent {
  readonly mark: Mark;
  readonly #serving: Serving;

  constructor(serving: Serving, mark: Mark) {
    this.#serving = serving;
    this.mark = mark;
  }

  static async start(...args: string[]): Promise<Agent> {
    const mark = new Mark();
    const env = { TEST_MARK: mark.env['TEST_MARK'] as string };
    return new Agent(await serveExample('agent-runner', env, args), mark);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#serving.port}`;
  }

  /** Begins a run and waits until all of it is at work. */
  async begin(signal?: AbortSignal): Promise<Response> {
    const response = await fetch(`${this.url}/runs`, { method: 'POST', ...(signal && { signal }) });
    await this.until(({ answers, processes, threads, queries }) =>
      [answers, threads, queries, processes / 5].every((count) => count === 1),
    );
    return response;
  }

  async until(isRight: (figures: Figures) => boolean): Promise<void> {
    for (;;) {
      const figures = (await (await fetch(`${this.url}/alive`)).json()) as Figures;
      if (isRight(figures)) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Nothing is left, by its own count and by the system's: only the program itself is there. */
  async assertAlone(): Promise<void> {
    assert.deepEqual(await (await fetch(`${this.url}/alive`)).json(), none);
    assert.equal(this.mark.running().length, 1);
  }

  stopByButton(): Promise<Response> {
    return fetch(`${this.url}/runs/1/stop`, { method: 'POST' });
  }

  interrupt(): void {
    interrupt(this.#serving);
  }

  async end(): Promise<void> {
    await stopExample(this.#serving);
    assert.deepEqual(this.mark.running(), []);
  }
}

test(
  'agent-runner: Stop ends all of a run, and its request; so do a page that is closed and Ctrl-C',
  { skip: linuxOnly },
  async () => {
    const agent = await Agent.start('--seconds=600');
    const stopped = await agent.begin();
    assert.deepEqual(await (await agent.stopByButton()).json(), none);
    await agent.assertAlone();
    const told = await stopped.text();
    assert.match(told, /^event: begun\ndata: \{"id":"1"\}\n\n/);
    assert.match(
      told,
      /\nevent: line\ndata: \{"from":"shell","text":"a shell, its children, and a daemon of theirs"\}\n/,
    );
    assert.match(told, /\nevent: end\ndata: \{"how":"stopped",.*"alive":\{"tasks":0,/);
    assert.equal((await agent.stopByButton()).status, 404);

    const page = new AbortController();
    const closed = await agent.begin(page.signal);
    page.abort();
    await assert.rejects(closed.text(), { name: 'AbortError' });
    await agent.until((figures) => Object.values(figures).every((count) => count === 0));
    await agent.assertAlone();

    const cut = (await agent.begin()).text().catch(() => '');
    agent.interrupt();
    await agent.end();
    assert.doesNotMatch(await cut, /event: end/);
  },
);

test('agent-runner: a run that nobody stops finishes', { skip: linuxOnly }, async () => {
  const agent = await Agent.start('--seconds=0.3');
  const told = await (await fetch(`${agent.url}/runs`, { method: 'POST' })).text();
  for (const line of [
    'shell","text":"all of them are done',
    'model","text":"To',
    'database","text":"171429 rows found',
  ])
    assert.ok(told.includes(line), `${line} in ${told}`);
  assert.match(
    told,
    /event: end\ndata: \{"how":"finished",.*"alive":\{"tasks":0,"answers":0,"processes":0,"threads":0,"queries":0\}\}\n\n$/,
  );
  assert.match(await (await fetch(agent.url)).text(), /<title>Agent<\/title>/);
  await agent.assertAlone();
  await agent.end();
});

test(
  'agent-runner: with Postgres, Stop ends the query there',
  { skip: linuxOnly || needsPostgres.skip },
  async () => {
    const agent = await Agent.start('--seconds=600', `--postgres=${postgres.url}`);
    await agent.begin();
    assert.deepEqual(await (await agent.stopByButton()).json(), none);
    await agent.assertAlone();
    await agent.end();
  },
);
