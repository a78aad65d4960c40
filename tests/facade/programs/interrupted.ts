// Mains of many manners, for the tests of signals. Arguments: the manner, and the shutdown timeout.

import process from 'node:process';
import {
  createTask,
  CancelledError,
  Event,
  InterruptedError,
  run,
  Runner,
  sleep,
  taskGroup,
  currentTask,
} from 'asyncio-ts';
import type { RunOptions } from 'asyncio-ts';

const [manner = '', timeout = '10000', ...flags] = process.argv.slice(2);
const options: RunOptions = { shutdownTimeout: Number(timeout), debug: flags.includes('debug') };
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function park(): Promise<void> {
  say('ready');
  await sleep(600_000);
}

async function refuse(): Promise<void> {
  for (;;) {
    try {
      await sleep(600_000);
    } catch (error) {
      say(`refused: ${(error as Error).message}`);
    }
  }
}

const mains: Record<string, () => Promise<unknown>> = {
  async plain() {
    try {
      await park();
    } finally {
      await sleep(1);
      say('cleaned up');
    }
  },
  async tree() {
    await taskGroup(async (group) => {
      for (const name of ['one', 'two']) {
        group.startSoon(async () => {
          try {
            await sleep(600_000);
          } finally {
            say(`${name} cleaned up`);
          }
        });
      }
      await park();
    });
  },
  async catches() {
    try {
      await park();
    } catch (error) {
      say(`${(error as Error).name}: ${(error as Error).message}`);
      return 'result';
    }
    return 'not interrupted';
  },
  async fails() {
    try {
      await park();
    } catch {
      throw new RangeError('in the clean-up');
    }
  },
  async refuses() {
    say('ready');
    await refuse();
  },
  async foreign() {
    say('ready');
    await new Promise(() => {});
  },
  async leaves() {
    void createTask(refuse, { name: 'leftover' });
    await sleep(1);
    say('ready');
    return 'result';
  },
  async busy() {
    say('ready');
    for (;;) await sleep(0);
  },
  async cancelledByItself() {
    const me = currentTask();
    void createTask(async () => {
      await sleep(0);
      me?.cancel('by itself');
      process.kill(process.pid, 'SIGINT');
    });
    await sleep(10);
    await new Event().wait();
  },
};

// Something of the program's own that keeps the process alive.
const server = setInterval(() => {}, 1000);

const main = mains[manner];
if (main !== undefined) {
  say(`returned ${String(await run(main, options))}`);
} else if (manner === 'caught') {
  try {
    await run(mains['plain'] as () => Promise<unknown>, options);
  } catch (error) {
    const { signal, exitCode } = error as InterruptedError;
    say(
      `caught ${String(error)} ${signal} ${exitCode} ${error instanceof InterruptedError} ` +
        `${error instanceof CancelledError} ${String(process.exitCode)}`,
    );
    say(
      `listeners ${process.listenerCount('SIGINT')} ${process.listenerCount('SIGTERM')} ` +
        `${process.listenerCount('beforeExit')}`,
    );
  }
} else if (manner === 'again') {
  const runner = new Runner(options);
  for (const round of [1, 2]) {
    await runner
      .run(mains['plain'] as () => Promise<unknown>)
      .catch((error: Error) => say(`round ${round}: ${error.message}`));
  }
  await runner.close();
} else if (manner === 'stays') {
  await run(mains['refuses'] as () => Promise<unknown>, { ...options, exitOnSecondSignal: false }).catch(
    (error: Error) => say(`rejected: ${error.message}`),
  );
} else if (manner === 'unhandled') {
  await run(mains['plain'] as () => Promise<unknown>, { ...options, handleSignals: false });
}
clearInterval(server);
