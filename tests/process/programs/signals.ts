// Programs that handle signals by themselves, beside `run`. Argument: the manner.

import process from 'node:process';
import { Event, getRunningLoop, InterruptedError, openSignalReceiver, run, sleep } from 'asyncio-ts';

const [manner = ''] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const mains: Record<string, () => Promise<unknown>> = {
  /** Its own handler has the first signals; then it gives them back. */
  async handler() {
    const loop = getRunningLoop();
    const came = new Event();
    loop.addSignalHandler('SIGINT', () => came.set());
    say('ready');
    await came.wait();
    say('handled SIGINT');
    loop.removeSignalHandler('SIGINT');
    await parked('ready again');
  },
  /** SIGINT is its own, SIGTERM is run's. */
  async other() {
    getRunningLoop().addSignalHandler('SIGINT', () => say('handled SIGINT'));
    await parked('ready');
  },
  async receiver() {
    {
      const signals = openSignalReceiver('SIGINT', 'SIGTERM');
      say('ready');
      for await (const signal of signals) {
        say(`received ${signal}`);
        if (signal === 'SIGTERM') break;
      }
      signals[Symbol.dispose]();
    }
    await parked('ready again');
  },
  /** Nobody has taken it when the block ends: run is interrupted. */
  async untaken() {
    {
      const signals = openSignalReceiver('SIGTERM');
      say('ready');
      while (!String(signals).includes('pending')) await sleep(1);
      say('left');
      signals[Symbol.dispose]();
    }
    await sleep(600_000);
  },
  /** And nobody listens: the system acts. */
  async unheard() {
    {
      const signals = openSignalReceiver('SIGHUP');
      say('ready');
      while (!String(signals).includes('pending')) await sleep(1);
      signals[Symbol.dispose]();
    }
    await sleep(600_000);
  },
};

async function parked(text: string): Promise<void> {
  try {
    say(text);
    await sleep(600_000);
  } catch (error) {
    if (error instanceof InterruptedError) say(error.message);
    throw error;
  }
}

await run(mains[manner] as () => Promise<unknown>);
