// What is alive of the agent's runs, asked of whoever knows: the loop its tasks, the system the processes, the executors
// their threads, the database its queries, and the model what it still answers.

import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { allTasks, ContextVar, ThreadPoolExecutor } from 'asyncio-ts';
import type { HttpServer } from 'asyncio-ts/http';
import type { Database } from './database.ts';

export interface Figures {
  readonly tasks: number;
  readonly answers: number;
  readonly processes: number;
  readonly threads: number;
  readonly queries: number;
}

/** Set in the task of a run, and so in each task that it starts. */
const runOf = new ContextVar<string>('run');

export class Alive {
  readonly #database: Database;
  readonly #model: HttpServer;
  readonly #pools: Set<ThreadPoolExecutor> = new Set();
  #runs = 0;

  constructor(database: Database, model: HttpServer) {
    this.#database = database;
    this.#model = model;
  }

  newRun(): string {
    return String((this.#runs += 1));
  }

  /** Counts the tasks of what `body` does. */
  async count(id: string, body: () => Promise<void>): Promise<void> {
    runOf.set(id);
    await body();
  }

  /** An executor for one thread, whose threads are counted, also after it was shut down. */
  newPool(): ThreadPoolExecutor {
    for (const pool of this.#pools) if (pool.statistics().workers === 0) this.#pools.delete(pool);
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: 'agent' });
    this.#pools.add(pool);
    return pool;
  }

  async figures(): Promise<Figures> {
    return {
      tasks: [...allTasks()].filter((task) => task.getContext().has(runOf)).length,
      answers: this.#model.statistics.active,
      processes: processes(),
      threads: [...this.#pools].reduce((sum, pool) => sum + pool.statistics().workers, 0),
      queries: await this.#database.active(),
    };
  }
}

/** The environment of what the runs start: by it even those are found that have left their parents. */
export const mark = { AGENT_RUNNER: `of-${process.pid}` };

/** Processes of the runs; where there is no /proc nobody is counted. */
function processes(): number {
  if (process.platform !== 'linux') return 0;
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const marked = readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark.AGENT_RUNNER);
      return marked && !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    } catch {
      return false; // gone meanwhile, or another user's
    }
  }).length;
}
