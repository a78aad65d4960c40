// Writing formats onto real files and connections, and streams of the host's: back-pressure, cancels, and targets that end.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import '../../harness.ts';
import {
  createTask,
  isCancelled,
  openConnection,
  sleep,
  startServer,
  StreamReader,
  taskGroup,
} from '../../../src/asyncio.ts';
import type { StreamWriter } from '../../../src/asyncio.ts';
import { open, TemporaryDirectory } from '../../../src/files/files.ts';
import { csv, json, jsonl, pickle } from '../../../src/formats/formats.ts';
import { inLoop } from '../../inLoop.ts';

/** A connection of which both ends are here. */
async function connected(
  body: (one: [StreamReader, StreamWriter], other: [StreamReader, StreamWriter]) => Promise<unknown>,
): Promise<void> {
  const accepted = Promise.withResolvers<[StreamReader, StreamWriter]>();
  const server = await startServer((reader, writer) => accepted.resolve([reader, writer]), '127.0.0.1', 0);
  const [, port] = (server.sockets[0] as (typeof server.sockets)[number]).getsockname() as [string, number];
  const one = await openConnection('127.0.0.1', port);
  const other = await accepted.promise;
  try {
    await body(one, other);
  } finally {
    one[1].close();
    other[1].close();
    server.close();
    await server.waitClosed();
  }
}

const rows = Array.from({ length: 1000 }, (_, n) => [String(n), `é😀,"${n}"\r\n`, 'x'.repeat(n % 50)]);
const text = csv.toText(rows);

test(
  'csv, jsonl, json, pickle: from a file over a connection into a file, byte for byte, by one program',
  inLoop(async () => {
    await using folder = await TemporaryDirectory();
    const path = (name: string): string => `${folder.name}/${name}`;
    await using source = await open(path('source.csv'), 'w+', { newline: '' });
    await csv.writer(source).writerows(rows);
    await source.seek(0);
    await connected(async ([, out], [into]) => {
      await using copy = await open(path('copy.csv'), 'wb');
      await using lines = await open(path('lines.jsonl'), 'w');
      await using array = await open(path('array.json'), 'wb');
      await using pickled = await open(path('rows.pickle'), 'wb');
      await taskGroup(async (group) => {
        group.startSoon(async () => {
          await csv.writer(out).writerows(csv.reader(source));
          out.writeEof();
        });
        await taskGroup(async (inner) => {
          const [one, two] = [new PassThrough(), new PassThrough()];
          inner.startSoon(() => json.dumpItems(csv.reader(one), array));
          inner.startSoon(() => jsonl.writer(lines).writeAll(csv.reader(two)));
          const writer = csv.writer(copy);
          for await (const row of csv.reader(into)) {
            await writer.writerow(row);
            await pickle.dump(row, pickled);
            await csv.writer(one).writerow(row);
            await csv.writer(two).writerow(row);
          }
          one.end();
          two.end();
        });
      });
    });
    assert.equal(readFileSync(path('source.csv'), 'utf8'), text);
    assert.equal(readFileSync(path('copy.csv'), 'utf8'), text);
    assert.deepEqual(json.loads(readFileSync(path('array.json'), 'utf8')), rows);
    assert.deepEqual(jsonl.loads(readFileSync(path('lines.jsonl'), 'utf8')), rows);
    await using read = await open(path('rows.pickle'), 'rb');
    let at = 0;
    for await (const row of pickle.loadAll(read)) assert.deepEqual(row, rows[at++]);
    assert.equal(at, rows.length);
    await using bom = await open(path('source.csv'), 'rb');
    assert.deepEqual((await csv.reader(bom).next()).value, rows[0]);
  }),
);

test(
  'csv, jsonl: a peer that reads nothing holds the writer up in bounded memory; a cancel leaves whole rows only',
  inLoop(async () => {
    for (const [writeAll, write] of [
      [
        (out: StreamWriter, values: AsyncIterable<string[]>) => csv.writer(out).writerows(values),
        (row: string[]) => csv.toText([row]),
      ],
      [
        (out: StreamWriter, values: AsyncIterable<string[]>) => jsonl.writer(out).writeAll(values),
        (row: string[]) => jsonl.dumps([row]),
      ],
    ] as const)
      await connected(async ([, out], [into]) => {
        let taken = 0;
        async function* endless(): AsyncGenerator<string[]> {
          for (;;) yield [String(++taken), 'x'.repeat(1000)];
        }
        const writing = createTask(() => writeAll(out, endless()));
        let before = -1;
        while (taken !== before || taken === 0) {
          before = taken;
          for (let turn = 0; turn < 50; turn++) await sleep(0);
        }
        assert.ok(taken < 20_000, 'it is held up');
        writing.cancel();
        writing.cancel();
        await assert.rejects(async () => await writing, isCancelled);
        out.writeEof();
        const all = Array.from({ length: taken }, (_, n) => write([String(n + 1), 'x'.repeat(1000)])).join(
          '',
        );
        const sent = String(await into.read());
        // Of the row that was taken last nothing may be written, or all.
        assert.ok(all.startsWith(sent) && all.length - sent.length < 70_000);
        assert.ok(sent.endsWith('\n'));
      });
  }),
);

test(
  'csv.writer: cancelled while it waits for rows, and nobody reads: the rows that came are handed on, and nothing waits',
  inLoop(async () => {
    for (const times of [1, 2]) {
      const written: string[] = [];
      const target = {
        write: (bytes: Uint8Array) => void written.push(String(bytes)),
        drain: () => sleep(600_000),
      };
      async function* slow(): AsyncGenerator<number[]> {
        yield [1];
        yield [2];
        await sleep(600_000);
      }
      for (const writing of [
        createTask(() => csv.writer(target).writerows(slow())),
        createTask(() => jsonl.writer(target).writeAll(slow())),
      ]) {
        await sleep(0);
        for (let time = 0; time < times; time++) writing.cancel();
        await assert.rejects(async () => await writing, isCancelled);
      }
      assert.deepEqual(written, ['1\r\n2\r\n', '[1]\n[2]\n']);
    }
  }),
);

test(
  'csv.writer onto a file: cancelled in any turn a row is written whole or not at all, and the file goes on',
  inLoop(async () => {
    await using folder = await TemporaryDirectory();
    for (const mode of ['w', 'wb'] as const)
      for (let turns = 0; turns < 6; turns++) {
        const path = `${folder.name}/${mode}${turns}.csv`;
        await using file = await open(path, mode);
        const writer = csv.writer(file);
        const big = 'x'.repeat(100_000);
        const writing = createTask(async () => {
          for (let n = 0; ; n++) await writer.writerow([n, big]);
        });
        for (let turn = 0; turn < turns; turn++) await sleep(0);
        writing.cancel();
        writing.cancel();
        await assert.rejects(async () => await writing, isCancelled);
        await writer.writerow(['last']);
        await file.close();
        const written = [...csv.reader(readFileSync(path))];
        const whole = written.slice(0, -1);
        assert.deepEqual(written.at(-1), ['last']);
        assert.deepEqual(
          whole,
          whole.map((_, n) => [String(n), big]),
        );
      }
  }),
);

test(
  'csv, jsonl, pickle: a connection that the peer cuts is an error, and no wait for ever',
  inLoop(async () => {
    for (const write of [
      (out: StreamWriter) => csv.writer(out).writerows(rows),
      (out: StreamWriter) => jsonl.writer(out).writeAll(rows),
      (out: StreamWriter) => json.dumpItems(rows, out),
      (out: StreamWriter) => pickle.dump(rows, out),
    ])
      await connected(async ([, out], [, peer]) => {
        const writing = createTask(async () => {
          for (;;) await write(out);
        });
        await sleep(0);
        peer.transport.abort();
        await assert.rejects(async () => await writing, { code: /^(ECONNRESET|EPIPE)$/ });
      });
  }),
);

test(
  'csv.writer onto streams of the host: one that was destroyed, ended, or fails is an error, also while it is waited for',
  inLoop(async () => {
    const destroyed = new PassThrough();
    destroyed.destroy();
    await assert.rejects(csv.writer(destroyed).writerow([1]), { code: 'EPIPE' });
    const broken = new Error('no room');
    const failing = new Writable({ write: (_chunk, _encoding, done) => void setImmediate(done, broken) });
    const errors: unknown[] = [];
    failing.on('error', (error) => errors.push(error));
    await assert.rejects(csv.writer(failing).writerow(['x'.repeat(100_000)]), (error) => error === broken);
    await assert.rejects(csv.writer(failing).writerow([1]), (error) => error === broken);
    assert.equal(errors.length, 1);
    const ended = new PassThrough();
    ended.on('error', () => {});
    ended.end();
    await assert.rejects(csv.writer(ended).writerow([1]), { code: /^(ERR_STREAM_WRITE_AFTER_END|EPIPE)$/ });
    const closing = new Writable({ write: () => {} });
    const writing = createTask(() => csv.writer(closing).writerow(['x'.repeat(100_000)]));
    await sleep(0);
    closing.destroy();
    await assert.rejects(async () => await writing, { code: 'EPIPE' });
  }),
);

test(
  'csv.writer onto streams of the host: many tasks write at once, in their order; a cancel takes nothing back',
  inLoop(async () => {
    const warnings: unknown[] = [];
    const warn = (warning: unknown): void => void warnings.push(warning);
    process.on('warning', warn);
    const got: string[] = [];
    const slow = (done: () => void): void => void setImmediate(done);
    const node = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => slow(() => (got.push(String(chunk)), done())),
    });
    const web = new WritableStream<Uint8Array>({
      write: (chunk) => new Promise<void>((done) => slow(() => (got.push(String(chunk)), done()))),
    });
    for (const target of [node, web]) {
      got.length = 0;
      const writer = csv.writer(target);
      const tasks = Array.from({ length: 20 }, (_, n) => createTask(() => writer.writerow([n])));
      await sleep(0);
      tasks[5]?.cancel();
      await Promise.allSettled(tasks);
      while (got.length < 20) await sleep(1);
      assert.deepEqual(
        got,
        tasks.map((_, n) => `${n}\r\n`),
      );
    }
    // The stream is free again.
    await web.close();
    await sleep(1);
    process.off('warning', warn);
    assert.deepEqual(warnings, []);
  }),
);

test(
  'csv, jsonl: half of a pair of surrogates is refused for bytes, and those before it are written; text may have it',
  inLoop(async () => {
    const written: string[] = [];
    const target = {
      write: (bytes: Uint8Array) => void written.push(String(bytes)),
      drain: async () => {},
    };
    const bad = [['1'], ['2'], ['\ud800'], ['3']];
    await assert.rejects(csv.writer(target).writerows(bad), /half of a pair of surrogates/);
    await assert.rejects(csv.writer(target).writerow(['\udc00']), /half of a pair of surrogates/);
    await assert.rejects(
      jsonl.writer(target, { ensureAscii: false }).writeAll(bad),
      /half of a pair of surrogates/,
    );
    await jsonl.writer(target).write('\ud800');
    assert.deepEqual(written, ['1\r\n2\r\n', '["1"]\n["2"]\n', '"\\ud800"\n']);
    await using folder = await TemporaryDirectory();
    const path = `${folder.name}/x.csv`;
    await using file = await open(path, 'w', { newline: '', errors: 'backslashreplace' });
    await csv.writer(file).writerows(bad);
    await file.close();
    assert.equal(readFileSync(path, 'utf8'), '1\r\n2\r\n\\ud800\r\n3\r\n');
  }),
);

test(
  'csv, jsonl, json.dumpItems: values that throw, or cannot be written, leave those before them written',
  inLoop(async () => {
    const broken = new Error('the rows are gone');
    async function* failing(): AsyncGenerator<unknown[]> {
      yield [1];
      throw broken;
    }
    for (const [values, error] of [
      [failing(), broken],
      [[[1], 7n as never, [() => {}]], undefined],
    ] as const) {
      const reader = new StreamReader();
      const target = { write: (bytes: Uint8Array) => reader.feedData(bytes), drain: async () => {} };
      const thrown: unknown = await csv
        .writer(target)
        .writerows(values as AsyncIterable<unknown[]>)
        .catch((each: unknown) => each);
      assert.ok(thrown instanceof Error && (error === undefined || thrown === error));
      reader.feedEof();
      assert.equal(String(await reader.read()), '1\r\n');
    }
  }),
);
