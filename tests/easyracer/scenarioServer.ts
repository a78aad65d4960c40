// The exam's server: one HTTP server with a path for each course, and a report of what clients did.
//
// It behaves as the public one does, and is stricter in one thing: `/report/<course>` tells what a client
// left behind: requests that nobody reads any more and resources never given back. `/report/<course>?racers=2` is
// answered when two racers are open: a client that gives one up before it was sent has cancelled nothing here.
//
// Each answer closes its connection. A racer is then one connection: that a loser was cancelled is seen
// as its connection being closed by the client, and no client can repeat a request in silence because a
// kept connection was hung up on.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { course10 } from './blocker.ts';
import {
  course1,
  course11,
  course2,
  course3,
  course4,
  course5,
  course6,
  course7,
  course9,
} from './races.ts';
import { course8 } from './resources.ts';
import { Visit } from './session.ts';
import type { Answer, Course } from './session.ts';

export interface ScenarioOptions {
  /** Milliseconds of a second of the exam (default 1000). */
  readonly second?: number;
  /** Racers of course 3 (default 10,000). */
  readonly racers?: number;
  /** Numbers from 0 to below 1 for what is drawn by lot (default `Math.random`). */
  readonly random?: () => number;
}

/** What the clients of a course did, since the server's start. */
export interface Report {
  /** Racers that wait for an answer now, and the most that ever did. */
  readonly open: number;
  readonly peak: number;
  /** How racers ended: answered, their connection closed by the client, or by the server. */
  readonly answered: number;
  readonly cancelled: number;
  readonly hungUp: number;
  /** What a client must not do, in words. */
  readonly faults: readonly string[];
}

export interface ScenarioServer extends AsyncDisposable {
  readonly url: string;
}

type Counts = { -readonly [K in Exclude<keyof Report, 'faults'>]: number };

/** Starts the server on a free port of the loopback. */
export async function startScenarioServer(options: ScenarioOptions = {}): Promise<ScenarioServer> {
  const { second = 1000, racers = 10_000, random = Math.random } = options;
  const courses = new Map<string, Watched>(
    [
      course1(),
      course2(second),
      course3(racers),
      course4(),
      course5(second),
      course6(second),
      course7(second),
      course8(),
      course9(second, random),
      course10(second, random),
      course11(),
    ].map((course, i) => [String(i + 1), new Watched(course)]),
  );

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://exam');
    const [, first = '', which = ''] = url.pathname.split('/');
    const watched = courses.get(first === 'report' ? which : first);
    if (watched === undefined) {
      send(response, { status: first === '' ? 200 : 404, body: '' });
    } else if (first === 'report') {
      const { searchParams } = url;
      void (
        searchParams.has('racers')
          ? watched.reach(Number(searchParams.get('racers')), response)
          : watched.report(Number(searchParams.get('within')))
      ).then((report) => {
        send(response, { status: 200, body: JSON.stringify(report) });
      });
    } else {
      watched.visit(url.searchParams, request, response);
    }
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // A long backlog, for the very many that come at once.
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A course together with the count of what its clients do. */
class Watched {
  readonly #course: Course;
  readonly #counts: Counts = { open: 0, peak: 0, answered: 0, cancelled: 0, hungUp: 0 };
  readonly #idle = new Set<() => void>();
  readonly #entered = new Set<() => void>();

  constructor(course: Course) {
    this.#course = course;
  }

  /** Serves one request from its arrival to its end. */
  visit(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    const ending = new AbortController();
    const visit = new Visit(query, ending.signal);
    const end = (how: 'answered' | 'cancelled' | 'hungUp'): void => {
      if (how === 'cancelled') this.#course.cancelled?.(visit);
      this.#course.left?.(visit);
      if (this.#course.races(visit)) this.#leave(how);
      ending.abort();
    };
    if (this.#course.races(visit)) this.#enter();

    response.on('close', () => {
      if (!ending.signal.aborted) end('cancelled');
    });
    this.#course.answer(visit).then(
      (answer) => {
        if (ending.signal.aborted) return;
        end(answer === 'hang up' ? 'hungUp' : 'answered');
        if (answer === 'hang up') request.socket.destroy();
        else send(response, answer);
      },
      (error: unknown) => {
        // What waits for a request that has ended rejects; anything else is a fault of this server.
        if (ending.signal.aborted) return;
        end('answered');
        send(response, { status: 599, body: String(error) });
      },
    );
  }

  /** The counts now, or as soon as no racer is open, `within` milliseconds at the latest. */
  async report(within: number): Promise<Report> {
    if (this.#counts.open > 0 && within > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(finish, within);
        const idle = this.#idle;
        idle.add(finish);
        function finish(): void {
          clearTimeout(timer);
          idle.delete(finish);
          resolve();
        }
      });
    }
    return { ...this.#counts, faults: this.#course.faults?.() ?? [] };
  }

  /** Resolves as soon as so many racers are open at once, and never when the one who asks has gone. */
  async reach(racers: number, response: ServerResponse): Promise<Report> {
    await new Promise<void>((resolve) => {
      const entered = this.#entered;
      const look = (): void => {
        if (this.#counts.open < racers && !response.closed) return;
        entered.delete(look);
        if (!response.closed) resolve();
      };
      response.on('close', look);
      entered.add(look);
      look();
    });
    return this.report(0);
  }

  #enter(): void {
    const counts = this.#counts;
    counts.open += 1;
    counts.peak = Math.max(counts.peak, counts.open);
    for (const look of this.#entered) look();
  }

  #leave(how: 'answered' | 'cancelled' | 'hungUp'): void {
    this.#counts.open -= 1;
    this.#counts[how] += 1;
    if (this.#counts.open === 0) for (const wake of this.#idle) wake();
  }
}

function send(response: ServerResponse, answer: Exclude<Answer, 'hang up'>): void {
  response.writeHead(answer.status, { 'content-type': 'text/plain', connection: 'close' });
  response.end(answer.body);
}
