// Whatever stands at a socket that looks like one of a thread's: what it sends is understood, or refused in a sentence.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import '../../harness.ts';
import { run, startUnixServer } from '../../../src/asyncio.ts';
import { AttachedThread } from '../../../src/inspect/attach/attachedThread.ts';
import { AttachError } from '../../../src/inspect/inspect.ts';

const skip = process.platform === 'win32' ? 'there are no Unix sockets' : false;
const folder = mkdtempSync(join(tmpdir(), 'understood-'));
after(() => rmSync(folder, { recursive: true }));

/** What is said to a request, as a line. */
type Says = (id: number, method: string) => string;

const HELLO = { protocol: 1 };
const TASK = { id: 1, name: 'a', state: 'waiting', waits: [], awaiters: [], cancels: 0 };
const LOOP = { id: 1, ready: 0, deadlocks: [] };
const LOOK = { runtime: 'node', total: 1, loops: [LOOP], tasks: [TASK] };

/** Greets, and then says that. */
const then =
  (look: unknown): Says =>
  (id, method) =>
    JSON.stringify({ id, result: method === 'hello' ? HELLO : look });

async function look(says: Says): Promise<unknown> {
  return await run(
    async () => {
      const path = join(folder, 'socket');
      await using server = await startUnixServer(async (reader, writer) => {
        for await (const line of reader) {
          const { id, method } = JSON.parse(line.toString()) as { id: number; method: string };
          writer.write(Buffer.from(`${says(id, method)}\n`, 'latin1'));
        }
        writer.close();
      }, path);
      const thread = await AttachedThread.open(1, { path, thread: 0, copy: 0 }, 2000);
      try {
        return await thread.snapshot({});
      } catch (error) {
        assert.ok(error instanceof AttachError, String(error));
        return error.reason;
      } finally {
        thread.close();
        server.close();
      }
    },
    { backend: 'host' },
  );
}

const WRONG: Readonly<Record<string, Says>> = {
  'no JSON': () => '\0\xff',
  null: () => 'null',
  'a number': () => '5',
  'no answer': (id) => JSON.stringify({ id, result: null }),
  'an error that is none': (id) => JSON.stringify({ id, error: 5 }),
  'parts that are none': (id) => JSON.stringify({ id, part: [null] }),
  'events that are none': () => JSON.stringify({ event: 'trace', data: [{}] }),
  'no look': then(5),
  'a prototype': (id, method) =>
    method === 'hello' ? then(0)(id, method) : `{"id":${id},"result":{"__proto__":{"tasks":[]}}}`,
  'no tasks': then({ ...LOOK, tasks: null }),
  'no task': then({ ...LOOK, tasks: [TASK, null] }),
  'a name that is none': then({ ...LOOK, tasks: [{ ...TASK, name: 5 }] }),
  'a wait that is none': then({ ...LOOK, tasks: [{ ...TASK, waits: [{ kind: 'lock' }] }] }),
  'a stack that is none': then({ ...LOOK, tasks: [{ ...TASK, stack: 'at a' }] }),
  'circles that are none': then({ ...LOOK, loops: [{ ...LOOP, deadlocks: [['a']] }] }),
};

test('attach: what is no message of the protocol is refused in a sentence', { skip }, async () => {
  for (const [name, says] of Object.entries(WRONG)) assert.equal(await look(says), 'version', name);
});

test('attach: what a later version tells besides, and numbers that JSON has not', { skip }, async () => {
  const later = { ...LOOK, tasks: [{ ...TASK, age: null, mood: 'good' }], weather: 'fine' };
  assert.deepEqual(await look(then(later)), later);
});
