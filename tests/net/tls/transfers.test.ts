// Much data over TLS: every byte once and in order, at the pace of the slower side, in bounded memory.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe } from 'node:test';
import { sleep } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import type { Transport } from '../../../src/transport/transport.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf, Recorder } from '../recorder.ts';
import { clientContext, serverContext } from './contexts.ts';
import { pair, shut } from './pair.ts';
import { arrivals } from '../arrivals.ts';

const MiB = 1 << 20;

/** Pieces of changing lengths whose bytes tell their place. */
function* pieces(total: number): Generator<Buffer> {
  let seed = 12_345;
  for (let sent = 0; sent < total;) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const size = Math.min(1 + (seed % 200_000), total - sent);
    const piece = Buffer.allocUnsafe(size);
    for (let at = 0; at + 4 <= size; at += 4) piece.writeUInt32LE((sent + at) >>> 0, at);
    piece.fill(seed & 255, size & ~3);
    yield piece;
    sent += size;
  }
}

/** Writes as the transport asks for it. */
class Sender extends Recorder {
  paused = 0;
  highest = 0;
  readonly hash = createHash('sha256');
  #resumed: (() => void) | undefined;

  override pauseWriting(): void {
    this.paused++;
    this.#full = true;
  }

  override resumeWriting(): void {
    this.#full = false;
    this.#resumed?.();
  }

  #full: boolean = false;

  async send(loop: EventLoop, total: number): Promise<void> {
    const transport = this.transport as Transport;
    for (const piece of pieces(total)) {
      this.hash.update(piece);
      transport.write(piece);
      this.highest = Math.max(this.highest, transport.getWriteBufferSize());
      if (!this.#full) continue;
      const resumed = loop.createFuture<void>();
      this.#resumed = () => resumed.setResult();
      await resumed;
    }
    transport.close();
  }
}

/** Reads, with rests. */
class SlowReader extends Recorder {
  count = 0;
  rests = 0;
  readonly hash = createHash('sha256');
  readonly #loop: EventLoop;
  readonly #every: number;
  #next: number;

  constructor(loop: EventLoop, every: number) {
    super();
    this.#loop = loop;
    this.#every = every;
    this.#next = every;
  }

  override dataReceived(data: Buffer): void {
    assert.ok(this.transport?.isReading(), 'bytes came while reading was paused');
    this.count += data.length;
    this.hash.update(data);
    if (this.count < this.#next) return;
    this.#next = this.count + this.#every;
    this.rests++;
    this.transport?.pauseReading();
    this.#loop.callLater(1, () => this.transport?.resumeReading());
  }
}

describe('transfers over TLS', () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    onBackends(
      `64 MiB to a slow reader over ${version}: byte-exact, the writer paused, memory bounded`,
      async (loop) => {
        const ssl = clientContext();
        ssl.minimumVersion = ssl.maximumVersion = version;
        const total = 64 * MiB;
        const { server, client, peer, transport } = await pair(
          loop,
          () => new SlowReader(loop, 3 * MiB),
          () => new Sender(),
          { client: { ssl } },
        );
        assert.deepEqual(transport.getWriteBufferLimits(), { low: 128 * 1024, high: 512 * 1024 });
        await client.send(loop, total);
        assert.equal(await client.lost, undefined);
        assert.equal(await peer.lost, undefined);
        assert.equal(peer.count, total);
        assert.equal(peer.hash.digest('hex'), client.hash.digest('hex'));
        assert.ok(client.paused > 3, `paused ${client.paused} times`);
        assert.ok(client.highest < MiB, `${client.highest} bytes were buffered`);
        assert.ok(peer.rests > 10);
        await shut(server);
      },
      { timeout: 60_000 },
    );
  }

  onBackends(
    'the same after startTls',
    async (loop) => {
      const total = 24 * MiB;
      const reader = new SlowReader(loop, 2 * MiB);
      class Plain extends Recorder {
        override connectionMade(transport: Transport): void {
          super.connectionMade(transport);
          reader.events.push('made');
          void loop.createTask(async () => {
            reader.transport = await loop.startTls(transport, reader, serverContext(), {
              serverSide: true,
            });
          });
        }
      }
      const server = await loop.createServer(() => new Plain(), '127.0.0.1', 0);
      const [plain, client] = await loop.createConnection(
        () => new Sender(),
        '127.0.0.1',
        addressOf(server)[1],
      );
      client.transport = await loop.startTls(plain, client, clientContext(), {
        serverHostname: 'localhost',
      });
      await client.send(loop, total);
      assert.equal(await client.lost, undefined);
      await reader.lost;
      assert.equal(reader.count, total);
      assert.equal(reader.hash.digest('hex'), client.hash.digest('hex'));
      assert.ok(client.highest < MiB, `${client.highest} bytes were buffered`);
      await shut(server);
    },
    { timeout: 60_000 },
  );

  onBackends(
    'both ways at once',
    async (loop) => {
      class Both extends Sender {
        count = 0;
        readonly came = createHash('sha256');
        override dataReceived(data: Buffer): void {
          this.count += data.length;
          this.came.update(data);
        }
      }
      const total = 8 * MiB;
      const { server, client, peer } = await pair(
        loop,
        () => new Both(),
        () => new Both(),
      );
      const never = (): void => {};
      // Neither closes before it has everything.
      const [here, there] = [client.transport, peer.transport] as [Transport, Transport];
      const closes = [here.close.bind(here), there.close.bind(there)] as const;
      here.close = there.close = never;
      await Promise.all([client.send(loop, total), peer.send(loop, total)]);
      while (client.count < total || peer.count < total) await sleep(1);
      assert.equal(client.came.digest('hex'), peer.hash.digest('hex'));
      assert.equal(peer.came.digest('hex'), client.hash.digest('hex'));
      for (const close of closes) close();
      await client.lost;
      await peer.lost;
      await shut(server);
    },
    { timeout: 60_000 },
  );

  onBackends('nothing comes while reading is paused', async (loop) => {
    const { server, client, peer, transport } = await pair(
      loop,
      () => new Recorder(),
      () => new Recorder(),
    );
    const there = peer.transport as Transport;
    there.pauseReading();
    there.pauseReading();
    assert.equal(there.isReading(), false);
    transport.write(Buffer.from('held back'));
    await arrivals();
    assert.equal(peer.text, '');
    there.resumeReading();
    assert.equal(await peer.bytes(9), 'held back');
    transport.close();
    await client.lost;
    await shut(server);
  });
});
