// The stream transport of the host backend over a stream that a test plays: events that come close together.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import type { Socket as NodeSocket } from 'node:net';
import type { EventLoop } from '../../../src/asyncio.ts';
import { HostStreamSocket } from '../../../src/net/host/streamSocket.ts';
import { HostStreamTransport } from '../../../src/net/host/streamTransport.ts';
import { iterations } from '../contract/pair.ts';
import { DataWitness } from '../contract/witness.ts';
import { onBackends } from '../onBackends.ts';

const onHost = { only: 'host' } as const;

/** A stream that sends nothing until told. */
class Played extends Duplex {
  readonly written: string[] = [];
  #sent: (() => void)[] = [];

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(String(chunk));
    this.#sent.push(done);
  }

  /** What was written is sent. */
  send(): void {
    for (const done of this.#sent.splice(0)) done();
  }
}

async function play(
  loop: EventLoop,
  witness: DataWitness,
): Promise<{ host: Played; transport: HostStreamTransport }> {
  const host = new Played();
  const socket = new HostStreamSocket(loop, host as unknown as NodeSocket);
  const transport = new HostStreamTransport(loop, socket, witness);
  await witness.until(() => witness.calls.length > 0);
  await iterations(2);
  return { host, transport };
}

onBackends(
  'data that came before an error is handed over before it is told',
  async (loop) => {
    const witness = new DataWitness();
    const { host } = await play(loop, witness);
    const error = new Error('broken');
    host.push('one');
    host.push('two');
    host.destroy(error);
    assert.equal(await witness.loss(), error);
    assert.equal(String(witness.received), 'onetwo');
    assert.equal(witness.story, 'made data lost');
  },
  onHost,
);

onBackends(
  'a transport that is closed while an error stands behind its data is lost with the error',
  async (loop) => {
    const witness = new DataWitness({ data: () => witness.transport.close() });
    const { host, transport } = await play(loop, witness);
    transport.write(Buffer.from('never sent'));
    assert.equal(transport.getWriteBufferSize(), 10);
    const error = new Error('broken');
    host.push('one');
    host.push('two');
    host.destroy(error);
    assert.equal(await witness.loss(), error);
    assert.equal(String(witness.received), 'one');
  },
  onHost,
);

onBackends(
  'a stream that somebody else destroys is lost without an error, after its data',
  async (loop) => {
    const witness = new DataWitness();
    const { host, transport } = await play(loop, witness);
    transport.write(Buffer.from('never sent'));
    host.push('last');
    host.destroy();
    assert.equal(await witness.loss(), undefined);
    assert.equal(witness.story, 'made data lost');
  },
  onHost,
);

onBackends(
  'an error that comes while reading is paused is told when it goes on, behind what came before',
  async (loop) => {
    const witness = new DataWitness();
    const { host, transport } = await play(loop, witness);
    transport.pauseReading();
    host.push('before');
    host.destroy(new Error('broken'));
    await iterations(10);
    assert.equal(witness.story, 'made');
    assert.equal(transport.isClosing(), false);
    transport.resumeReading();
    assert.equal(((await witness.loss()) as Error).message, 'broken');
    assert.equal(String(witness.received), 'before');
    assert.equal(witness.story, 'made data lost');
  },
  onHost,
);

onBackends(
  'an error that came before there was a transport is told after connectionMade',
  async (loop) => {
    const host = new Played();
    const socket = new HostStreamSocket(loop, host as unknown as NodeSocket);
    host.destroy(new Error('too early'));
    await iterations(10);
    const witness = new DataWitness();
    const transport = new HostStreamTransport(loop, socket, witness);
    assert.equal(((await witness.loss()) as Error).message, 'too early');
    assert.equal(witness.story, 'made lost');
    assert.equal(transport.isClosing(), true);
  },
  onHost,
);

onBackends(
  'close waits for what is buffered, and destroys the stream behind it',
  async (loop) => {
    const witness = new DataWitness();
    const { host, transport } = await play(loop, witness);
    transport.writelines([Buffer.from('a'), Buffer.from('b')]);
    transport.close();
    await iterations(5);
    assert.equal(witness.lost, false);
    while (!witness.lost) {
      host.send();
      await iterations(1);
    }
    assert.equal(host.written.join(''), 'ab');
    assert.equal(host.destroyed, true);
    for (const event of ['data', 'end', 'error']) assert.equal(host.listenerCount(event), 0, event);
  },
  onHost,
);

onBackends(
  'held data stays in the stream when the socket is taken',
  async (loop) => {
    const witness = new DataWitness();
    const { host, transport } = await play(loop, witness);
    host.push('one ');
    host.push('two');
    const taken = transport.takeSocket();
    assert.equal(taken, host);
    await iterations(5);
    assert.equal(witness.size, 0);
    const pieces: unknown[] = [];
    for (let piece = host.read(); piece !== null; piece = host.read()) pieces.push(piece);
    assert.equal(pieces.map(String).join(''), 'one two');
    for (const event of ['data', 'end', 'error']) assert.equal(host.listenerCount(event), 0, event);
    host.destroy();
  },
  onHost,
);
