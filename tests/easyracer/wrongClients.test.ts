// The exam's server tells wrong clients from right ones.
//
// An exam that everybody passes proves nothing. So each course is sat here with bare promises: once as a
// careful engineer writes it by hand, and in the ways that people get it wrong.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readReport } from './scenarioProcess.ts';
import { startScenarioServer } from './scenarioServer.ts';
import type { Report, ScenarioOptions, ScenarioServer } from './scenarioServer.ts';

const second = 100;
/** Longer than any course takes: no answer within it means that none will ever come. */
const never = 6 * second;

let server: ScenarioServer;
const servers: ScenarioServer[] = [];

/** Each test has a server of its own, so that what it leaves behind spoils no other. */
async function freshServer(options: ScenarioOptions = {}): Promise<void> {
  server = await startScenarioServer({ second, ...options });
  servers.push(server);
}

after(async () => {
  for (const each of servers) await each[Symbol.asyncDispose]();
});

/** The body of a response of any status. */
async function body(path: string, signal?: AbortSignal): Promise<string> {
  return (await fetch(server.url + path, { signal: signal ?? null })).text();
}

/** The body of a response of status 200. */
async function bodyOf200(path: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(server.url + path, { signal: signal ?? null });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  return text;
}

/** The first to succeed; the others are aborted. What a careful engineer writes by hand. */
async function firstSuccess(racers: ((signal: AbortSignal) => Promise<string>)[]): Promise<string> {
  const losers = new AbortController();
  try {
    return await Promise.any(racers.map((racer) => racer(losers.signal)));
  } finally {
    losers.abort();
  }
}

function report(course: number, within = 5000): Promise<Report> {
  return readReport(server.url, course, within);
}

/** Nothing comes back, neither a value nor an error. */
async function assertNoAnswer(pending: Promise<unknown>): Promise<void> {
  const outcome = await Promise.race([pending.then(String, String), sleep(never, 'nothing')]);
  assert.equal(outcome, 'nothing');
}

test('course 1: the careful client passes again and again, and leaves nothing behind', async () => {
  await freshServer();
  for (let i = 0; i < 3; i += 1) {
    const racer = (signal: AbortSignal): Promise<string> => body('/1', signal);
    assert.equal(await firstSuccess([racer, racer]), 'right');
    assert.equal((await report(1)).open, 0);
  }
  assert.deepEqual(await report(1), { open: 0, peak: 2, answered: 3, cancelled: 3, hungUp: 0, faults: [] });
});

test('course 1: who does not cancel the loser leaves it open and cannot pass twice', async () => {
  await freshServer();
  assert.equal(await Promise.race([body('/1'), body('/1')]), 'right');
  assert.equal((await report(1, never)).open, 1);
  await assertNoAnswer(Promise.race([body('/1'), body('/1')]));
});

test('course 1: who asks one after the other gets no answer', async () => {
  await freshServer();
  await assertNoAnswer(body('/1'));
});

test('course 2: the careful client passes', async () => {
  await freshServer();
  const racer = (signal: AbortSignal): Promise<string> => body('/2', signal);
  assert.equal(await firstSuccess([racer, racer]), 'right');
  assert.deepEqual(await report(2), { open: 0, peak: 2, answered: 1, cancelled: 0, hungUp: 1, faults: [] });
});

test('course 2: who takes a connection error for the winner fails', async () => {
  await freshServer();
  const racers = [body('/2'), body('/2')];
  await assert.rejects(Promise.race(racers));
  await Promise.allSettled(racers);
});

test('course 3: one racer too few gets no answer', async () => {
  await freshServer({ racers: 50 });
  const losers = new AbortController();
  const racers = Array.from({ length: 49 }, () => body('/3', losers.signal));
  await assertNoAnswer(Promise.any(racers));
  losers.abort();
  await Promise.allSettled(racers);
  assert.deepEqual(await report(3), {
    open: 0,
    peak: 49,
    answered: 0,
    cancelled: 49,
    hungUp: 0,
    faults: [],
  });
});

test('course 3: who does not cancel the losers leaves them all open', async () => {
  await freshServer({ racers: 50 });
  const racers = Array.from({ length: 50 }, () => body('/3'));
  assert.equal(await Promise.any(racers), 'right');
  const { open, cancelled } = await report(3, never);
  assert.deepEqual([open, cancelled], [49, 0]);
  for (const racer of racers) racer.catch(() => undefined); // they end with their server
});

test('course 4: the careful client passes', async () => {
  await freshServer();
  const answer = await firstSuccess([
    (signal) => body('/4', signal),
    (signal) => body('/4', AbortSignal.any([signal, AbortSignal.timeout(second)])),
  ]);
  assert.equal(answer, 'right');
  assert.deepEqual(await report(4), { open: 0, peak: 2, answered: 1, cancelled: 1, hungUp: 0, faults: [] });
});

test('course 4: who only stops waiting, and does not cancel, gets no answer', async () => {
  await freshServer();
  const impatient = Promise.race([
    body('/4'),
    sleep(second).then(() => {
      throw new Error('timed out');
    }),
  ]);
  const racers = [body('/4'), impatient];
  await assertNoAnswer(Promise.any(racers));
  assert.equal((await report(4, 0)).open, 2);
  for (const racer of racers) racer.catch(() => undefined);
});

test('course 5: the careful client passes', async () => {
  await freshServer();
  const racer = (signal: AbortSignal): Promise<string> => bodyOf200('/5', signal);
  assert.equal(await firstSuccess([racer, racer]), 'right');
  assert.deepEqual(await report(5), { open: 0, peak: 2, answered: 2, cancelled: 0, hungUp: 0, faults: [] });
});

test('course 5: who takes status 500 for the winner fails', async () => {
  await freshServer();
  const racer = (signal: AbortSignal): Promise<string> => body('/5', signal);
  assert.equal(await firstSuccess([racer, racer]), 'wrong');
  assert.equal((await report(5)).cancelled, 1);
});

test('course 6: the careful client passes', async () => {
  await freshServer();
  const racer = (signal: AbortSignal): Promise<string> => bodyOf200('/6', signal);
  assert.equal(await firstSuccess([racer, racer, racer]), 'right');
  assert.deepEqual(await report(6), { open: 0, peak: 3, answered: 2, cancelled: 1, hungUp: 0, faults: [] });
});

test('course 6: who does not cancel the loser leaves it open', async () => {
  await freshServer();
  const racers = [bodyOf200('/6'), bodyOf200('/6'), bodyOf200('/6')];
  assert.equal(await Promise.any(racers), 'right');
  assert.equal((await report(6, never)).open, 1);
  for (const racer of racers) racer.catch(() => undefined);
});

test('course 7: the careful client passes', async () => {
  await freshServer();
  const answer = await firstSuccess([
    (signal) => body('/7', signal),
    (signal) => sleep(3 * second, undefined, { signal }).then(() => body('/7', signal)),
  ]);
  assert.equal(answer, 'right');
  assert.deepEqual(await report(7), { open: 0, peak: 2, answered: 1, cancelled: 1, hungUp: 0, faults: [] });
});

test('course 7: who hedges at once gets the wrong answer', async () => {
  await freshServer();
  const racer = (signal: AbortSignal): Promise<string> => body('/7', signal);
  assert.equal(await firstSuccess([racer, racer]), 'wrong');
});

test('course 7: who cancels the first request when it starts the second gets no answer', async () => {
  await freshServer();
  const first = new AbortController();
  const lost = body('/7', first.signal).catch(() => undefined);
  await sleep(3 * second);
  first.abort();
  await lost;
  assert.equal((await report(7)).cancelled, 1);
  await assertNoAnswer(body('/7'));
});

/** Opens, uses, and closes as it is told. */
async function useResource(signal: AbortSignal, close: (id: string) => Promise<unknown>): Promise<string> {
  const id = await bodyOf200('/8?open');
  try {
    return await bodyOf200(`/8?use=${id}`, signal);
  } finally {
    await close(id);
  }
}

test('course 8: the careful client passes', async () => {
  await freshServer();
  const racer = (signal: AbortSignal): Promise<string> =>
    useResource(signal, (id) => body(`/8?close=${id}`));
  const racers = [racer, racer];
  assert.equal(await firstSuccess(racers), 'right');
  // Two uses; opening and closing are no racers.
  assert.deepEqual(await report(8), { open: 0, peak: 2, answered: 2, cancelled: 0, hungUp: 0, faults: [] });
});

test('course 8: who does not close after a failure gets no answer', async () => {
  await freshServer();
  const racer = (signal: AbortSignal): Promise<string> => useResource(signal, async () => undefined);
  await assertNoAnswer(firstSuccess([racer, racer]));
  const { open, faults } = await report(8, 0);
  assert.equal(open, 1);
  assert.deepEqual(faults, ['resource resource-1 was not closed', 'resource resource-2 was not closed']);
});

test('course 8: who closes only after a failure leaves a resource open', async () => {
  await freshServer();
  async function racer(signal: AbortSignal): Promise<string> {
    const id = await bodyOf200('/8?open');
    try {
      return await bodyOf200(`/8?use=${id}`, signal);
    } catch (error) {
      await body(`/8?close=${id}`);
      throw error;
    }
  }
  assert.equal(await firstSuccess([racer, racer]), 'right');
  const { faults } = await report(8);
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? '', /^resource resource-\d was not closed$/);
});

test("course 8: who closes the other's resource gets the wrong answer", async () => {
  await freshServer();
  const [one, other] = [await bodyOf200('/8?open'), await bodyOf200('/8?open')];
  const first = bodyOf200(`/8?use=${one}`);
  first.catch(() => undefined);
  while ((await report(8, 0)).open === 0) await sleep(1);
  const second = bodyOf200(`/8?use=${other}`);
  await assert.rejects(first, /status 500/);
  await body(`/8?close=${other}`);
  assert.equal(await second, 'wrong');
  assert.deepEqual((await report(8)).faults, [`resource ${one} was not closed`]);
});

test('course 8: a use before opening and a second close are faults', async () => {
  await freshServer();
  const id = await bodyOf200('/8?open');
  await body(`/8?close=${id}`);
  await body(`/8?close=${id}`);
  const aborted = AbortSignal.timeout(second);
  await assert.rejects(body(`/8?use=${id}`, aborted));
  assert.deepEqual((await report(8)).faults, [
    `resource ${id} was closed while it was not open`,
    `resource ${id} was used while it was not open`,
  ]);
  assert.equal((await fetch(`${server.url}/8`)).status, 406);
});

test('course 9: the careful client passes', async () => {
  await freshServer();
  const letters: string[] = [];
  const racer = async (): Promise<void> => {
    letters.push(await bodyOf200('/9'));
  };
  await Promise.allSettled(Array.from({ length: 10 }, racer));
  assert.equal(letters.join(''), 'right');
  assert.deepEqual(await report(9), {
    open: 0,
    peak: 10,
    answered: 10,
    cancelled: 0,
    hungUp: 0,
    faults: [],
  });
});

test('course 9: who puts the letters in the order of asking fails', async () => {
  // With this lot the letters lie in the order `ightr`.
  await freshServer({ random: () => 0 });
  const racers: Promise<string>[] = [];
  for (let i = 1; i <= 10; i += 1) {
    racers.push(bodyOf200('/9'));
    racers.at(-1)?.catch(() => undefined);
    while (i < 10 && (await report(9, 0)).open < i) await sleep(1);
  }
  const letters = (await Promise.allSettled(racers)).map((each) =>
    each.status === 'fulfilled' ? each.value : '',
  );
  assert.equal([...letters].sort().join(''), 'ghirt');
  assert.notEqual(letters.join(''), 'right');
});

test('course 9: who takes the first failure for the end fails', async () => {
  await freshServer();
  const racers = Array.from({ length: 10 }, () => bodyOf200('/9'));
  await assert.rejects(Promise.all(racers), /status 500/);
  await Promise.allSettled(racers);
});

test('course 10: right for a processor that was busy and is not any more', async () => {
  await freshServer({ random: () => 0 });
  const loads = async (load: string): Promise<number> =>
    (await fetch(`${server.url}/10?id=${load}`)).status;
  assert.equal(await loads('1'), 302); // the blocker has not begun
  const blocked = fetch(`${server.url}/10?id`);
  while ((await report(10, 0)).open === 0) await sleep(1);
  for (let i = 0; i < 4; i += 1) assert.equal(await loads('0.9'), 302);
  assert.equal((await blocked).status, 200);
  assert.equal(await loads('0.4'), 302); // still too high
  assert.equal(await body('/10?id=0.2'), 'right');
});

test('course 10: who tells too few loads, a low one, or none at all is refused', async () => {
  await freshServer({ random: () => 0 });
  await Promise.all([body('/10?idle'), body('/10?quiet'), sleep(second / 2).then(tellIdle)]);
  async function tellIdle(): Promise<void> {
    for (let i = 0; i < 4; i += 1) await body('/10?idle=0.1');
  }
  for (const query of ['quiet=0.1', 'idle=0.1', 'idle=much', '']) {
    assert.equal((await fetch(`${server.url}/10?${query}`)).status, 400, query);
  }
});

test('course 11: the careful client passes', async () => {
  await freshServer();
  const racer = (signal: AbortSignal): Promise<string> => body('/11', signal);
  assert.equal(await firstSuccess([racer, () => firstSuccess([racer, racer])]), 'right');
  assert.deepEqual(await report(11), {
    open: 0,
    peak: 3,
    answered: 1,
    cancelled: 0,
    hungUp: 2,
    faults: [],
  });
});

test('course 11: who takes the failure of the inner race for the end of both fails', async () => {
  await freshServer();
  const racers: Promise<string>[] = [];
  for (let i = 1; i <= 3; i += 1) {
    racers.push(body('/11'));
    racers.at(-1)?.catch(() => undefined);
    while (i < 3 && (await report(11, 0)).open < i) await sleep(1);
  }
  const [one, two, three] = racers;
  await assert.rejects(Promise.all([three, Promise.race([one, two])]));
});

test('there is an index, and no course 12', async () => {
  await freshServer();
  assert.equal((await fetch(server.url)).status, 200);
  assert.equal((await fetch(`${server.url}/12`)).status, 404);
  assert.equal((await fetch(`${server.url}/report/12`)).status, 404);
});
