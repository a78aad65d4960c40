// The program that every bundler is given: a bit of each part of the library, and what is loaded only when it is
// needed. Prints one line of JSON. Its arguments are the certificate, the key and the authority of a TLS server, and the
// URL of a module for workers, which is beside the bundle and not in it.

import process from 'node:process';
import {
  createDefaultContext,
  createTask,
  DeadlockError,
  Event,
  getRunningLoop,
  openConnection,
  ProcessPoolExecutor,
  Purpose,
  Queue,
  run,
  sleep,
  startServer,
  taskGroup,
  ThreadPoolExecutor,
  timeout,
  TimeoutError,
  UnsupportedError,
  workerModule,
} from 'asyncio-ts';
import { creationLines, viewLoop } from 'asyncio-ts/lowlevel';
import { runTest } from 'asyncio-ts/testing';

const [certfile = '', keyfile = '', cafile = '', work = ''] = process.argv.slice(2);

async function queueInGroup() {
  const queue = new Queue(1);
  let sum = 0;
  await taskGroup(async (group) => {
    group.startSoon(async () => {
      for await (const item of queue) sum += item;
    });
    for (const item of [1, 2, 3]) await queue.put(item);
    queue.shutdown();
  });
  return sum;
}

async function cleansUp() {
  const done = [];
  try {
    await timeout(5, async () => {
      try {
        await sleep(60_000);
      } finally {
        await sleep(1);
        done.push('cleaned up');
      }
    });
  } catch (error) {
    done.push(error instanceof TimeoutError);
  }
  return done;
}

/** @param {boolean} encrypted */
async function askServer(encrypted) {
  const there = encrypted ? createDefaultContext(Purpose.CLIENT_AUTH) : undefined;
  there?.loadCertChain({ certfile, keyfile });
  const here = encrypted ? createDefaultContext(Purpose.SERVER_AUTH, { cafile }) : undefined;
  const server = await startServer(
    async (reader, writer) => {
      for await (const line of reader) writer.write(Buffer.from(line.toString().toUpperCase()));
    },
    '127.0.0.1',
    0,
    there === undefined ? {} : { ssl: there },
  );
  const [reader, writer] = await openConnection(
    '127.0.0.1',
    server.port,
    here === undefined ? {} : { ssl: here, serverHostname: 'localhost' },
  );
  writer.write(Buffer.from('hello\n'));
  const answer = String(await reader.readline()).trim();
  writer.close();
  await writer.waitClosed();
  await server.shutdown({ graceTime: 1000 });
  return answer;
}

// The program of the workers is in the bundle as text.
/** @param {readonly (typeof ThreadPoolExecutor | typeof ProcessPoolExecutor)[]} pools */
async function computesElsewhere(pools) {
  /** @type {import('asyncio-ts').WorkerModule<typeof import('./work.mjs')>} */
  const { count, whoAmI } = workerModule(work);
  const results = [];
  for (const Pool of pools) {
    let pool;
    try {
      pool = new Pool({ maxWorkers: 1 });
      results.push(await pool.submit((/** @type {number} */ n) => n * n, 7));
      results.push(await pool.submit(whoAmI));
      for await (const item of pool.stream(count, 3)) results.push(item);
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error;
      results.push('unsupported');
    } finally {
      await pool?.shutdown();
    }
  }
  return results;
}

// Its report is loaded when there is a deadlock.
async function deadlocks() {
  try {
    await run(async () => void (await new Event({ name: 'never' }).wait()));
  } catch (error) {
    return error instanceof DeadlockError && error.message.includes('Event "never"');
  }
  return false;
}

async function virtualHour() {
  return await runTest(async ({ clock }) => {
    await sleep(3_600_000);
    return clock.now();
  });
}

const main = async () => {
  const result = await run(
    async () => {
      getRunningLoop().slowCallbackDuration = Infinity; // the machine may be busy
      return {
        backend: getRunningLoop().backend,
        sum: await queueInGroup(),
        timeout: await cleansUp(),
        tcp: await askServer(false),
        tls: await askServer(true),
        elsewhere: await computesElsewhere([ThreadPoolExecutor, ProcessPoolExecutor]),
        seen: viewLoop(getRunningLoop()).iterations > 0,
        places: creationLines(createTask(async () => {})).length > 0,
      };
    },
    { debug: true },
  );
  return { ...result, deadlock: await deadlocks(), hour: await virtualHour() };
};

void main().then((result) => console.log(JSON.stringify(result)));
