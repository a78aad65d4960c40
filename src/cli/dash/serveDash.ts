// The server of the dashboard: its page, one stream of messages for each page that looks, and what a page may ask.
//
// 1. It listens on the loopback alone, and everything but the empty page needs the token (admit.ts).
// 2. While no page looks, the program is not looked at (looks.ts).

import { createHash, randomBytes } from 'node:crypto';
import { sleep, TimeoutError } from '../../asyncio.ts';
import { serve } from '../../http/http.ts';
import type { HttpServer } from '../../http/http.ts';
import { AttachError } from '../../inspect/inspect.ts';
import type { Attached, ProcessView, TaskPlace } from '../../inspect/inspect.ts';
import { threadsOf } from '../look/describe.ts';
import { refuse } from './admit.ts';
import type { Gate } from './admit.ts';
import { Feed } from './feed.ts';
import { Looks } from './looks.ts';
import type { Begin, Message, TaskDetail } from './messages.ts';
import { Runs } from './runs.ts';
import { withSources } from './sources.ts';

export interface DashOptions {
  readonly port: number;
  /** Between two looks, in milliseconds. */
  readonly interval: number;
  readonly mayCancel: boolean;
  /** The page, whole. */
  readonly html: string;
}

/** @returns the server, the looks, which have to run beside it, and the address, with its token, that a person opens */
export async function serveDash(
  program: Attached,
  options: DashOptions,
): Promise<{ server: HttpServer; looks: Looks; address: string }> {
  const token = randomBytes(16).toString('hex');
  let gate: Gate = { port: 0, token };
  const page = pageResponse(options.html);
  const runs = new Runs();
  const feed = new Feed(runs);
  const looks = new Looks(program, options.interval, {
    update: (view, at) => feed.update(view, at),
    ran: (pid, thread, events, at) => runs.add(pid, thread, events, at),
  });
  const server = await serve(
    async (request) => {
      const served = { program, looks, feed, mayCancel: options.mayCancel, page };
      return refuse(request, gate) ?? (await respond(request, served));
    },
    { host: '127.0.0.1', port: options.port, engine: 'node', graceTime: 0, globals: false },
  );
  const { port } = new URL(server.url);
  gate = { port: Number(port), token };
  return { server, looks, address: `http://127.0.0.1:${port}/#token=${token}` };
}

interface Served {
  readonly program: Attached;
  readonly looks: Looks;
  readonly feed: Feed;
  readonly mayCancel: boolean;
  readonly page: () => Response;
}

async function respond(request: Request, served: Served): Promise<Response> {
  const { program, mayCancel, page } = served;
  const { pathname, searchParams } = new URL(request.url);
  switch (`${request.method} ${pathname}`) {
    case 'GET /':
      return page();
    case 'GET /live':
      return new Response(ReadableStream.from(live(served)), {
        headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
      });
    case 'GET /task':
      return await answer(async () => await detail(program, searchParams.get('key') ?? ''));
    case 'POST /cancel':
      if (!mayCancel) return new Response('started with --read-only\n', { status: 403 });
      return await answer(
        async () =>
          await program.cancel(placeOf(searchParams.get('key') ?? ''), 'cancelled by asyncio dash'),
      );
    default:
      return new Response('not found\n', { status: 404 });
  }
}

async function* live({ looks, feed, mayCancel }: Served): AsyncGenerator<Uint8Array> {
  const line = (message: Message): Uint8Array => new TextEncoder().encode(`${JSON.stringify(message)}\n`);
  const views = looks.follow();
  try {
    for (let known = 0; ;) {
      const { done, value } = await views.next();
      if (done === true) {
        yield line({ what: 'end', why: value });
        return;
      }
      if (!feed.covers(known)) {
        yield line(begin(value, mayCancel));
        known = 0;
      }
      known = yield* feed.since(known);
    }
  } finally {
    await views.return('');
  }
}

function begin(view: ProcessView, mayCancel: boolean): Begin {
  const { pid, name, runtime, age } = view;
  const version = threadsOf(view).find(({ view: { snapshot } }) => snapshot !== undefined)?.view.snapshot
    ?.runtime;
  return { what: 'begin', pid, name, runtime: version ?? runtime, born: Date.now() - age, mayCancel };
}

async function detail(program: Attached, key: string): Promise<TaskDetail | null> {
  const place = placeOf(key);
  const task = await program.task(place);
  if (task === undefined) return null;
  const [stack, created] = await Promise.all([
    withSources(task.stack ?? []),
    withSources(task.created ?? []),
  ]);
  const awaiters = task.awaiters.map((id) => `${place.pid}.${place.thread ?? 0}.${id}`);
  return { key, stack, created, awaiters, cancels: task.cancels };
}

/** @throws AttachError where it names no task */
function placeOf(key: string): TaskPlace {
  const [pid, thread, task] = /^\d+\.\d+\.\d+$/.test(key) ? key.split('.').map(Number) : [];
  if (pid === undefined || thread === undefined || task === undefined)
    throw new AttachError('gone', `there is no task ${JSON.stringify(key)}`);
  return { pid, thread, task };
}

async function answer(ask: () => Promise<unknown>): Promise<Response> {
  try {
    return Response.json(await ask());
  } catch (error) {
    if (!(error instanceof AttachError || error instanceof TimeoutError)) throw error;
    await sleep(0);
    return Response.json({ error: error.message }, { status: 409 });
  }
}

/** The page, which may run its own script and style, speak to its own server, and nothing else. */
function pageResponse(html: string): () => Response {
  const hashes = (tag: string): string =>
    [...html.matchAll(new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`, 'g'))]
      .map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
      .join(' ');
  const policy = [
    "default-src 'none'",
    `script-src ${hashes('script')}`,
    `style-src ${hashes('style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
  return () => new Response(html, { headers });
}
