// The exam of structured concurrency: each course must be won, and must leave nothing behind.
//
// Each course is sat twice over in each of two ways of asking (a server that a client left a request on
// fails it the second time), and at the end the server's report is held against what must have happened.
//
//   EASYRACER_SECOND=1000 node --test tests/easyracer/easyracer.test.ts      at the exam's own pace

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allTasks, run } from '../../src/asyncio.ts';
import { sittings } from './courses.ts';
import { openFileLimit, racersThatFit } from './descriptors.ts';
import { getByFetch, getByFuture } from './get.ts';
import { readReport, startScenarioProcess } from './scenarioProcess.ts';
import type { ScenarioServer } from './scenarioServer.ts';

/** Milliseconds of a second of the exam. Course 7 lets the first request be late by two. */
const second = Number(process.env['EASYRACER_SECOND'] ?? 250);
const rounds = 2;
/** How long the server may take to see the connections of 10,000 losers closed, in milliseconds. */
const patience = 20_000;

const { racers, shortfall } = racersThatFit(10_000, openFileLimit());

const ways = [
  // Bun's fetch has at most 256 connections, and the pool of Node's takes time that grows with the square
  // of theirs.
  { name: 'fetch with the signal of the task', get: getByFetch, racers: Math.min(racers, 250) },
  { name: 'callbacks that settle a future', get: getByFuture, racers },
];

for (const { name, get, racers } of ways) {
  let server: ScenarioServer;
  before(async () => {
    server = await startScenarioProcess({ second, racers });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  for (const { course, sit, answered, cancelled, hungUp } of sittings) {
    test(`course ${course}, ${name}`, { timeout: 60_000 }, async () => {
      if (course === 3 && get === getByFuture && shortfall !== undefined) console.log(shortfall);
      for (let i = 0; i < rounds; i += 1) {
        const answer = await run(async () => {
          const won = await sit({ url: server.url, get, second, racers });
          // The losers have ended, not only been told to: nothing but this task is left.
          assert.equal(allTasks().size, 1);
          return won;
        });
        assert.equal(answer, 'right');
        assert.equal((await readReport(server.url, course, patience)).open, 0);
      }
      const { peak, ...report } = await readReport(server.url, course);
      assert.deepEqual(report, {
        open: 0,
        answered: rounds * answered,
        cancelled: rounds * (cancelled === 'others' ? racers - 1 : cancelled),
        hungUp: rounds * hungUp,
        faults: [],
      });
      if (course === 3) assert.equal(peak, racers);
    });
  }
}
