// Datagrams with programs of others: netcat, and Python's asyncio, both ways.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Future, sleep } from '../../../src/asyncio.ts';
import { openDatagram } from '../../../src/net/datagram/openDatagram.ts';
import type { DatagramEndpoint } from '../../../src/net/datagram/openDatagram.ts';
import { onDeno } from '../../commandLine.ts';
import { onBackends } from '../onBackends.ts';

const netcat = spawnSync('nc', ['-h']).error === undefined ? false : 'nc is not installed';
const python =
  spawnSync('python3', ['-c', 'import asyncio']).status === 0 ? false : 'python3 is not installed';

const ECHO = `
import asyncio, sys
class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport): self.transport = transport
    def datagram_received(self, data, address): self.transport.sendto(data, address)
async def main():
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=('127.0.0.1', 0))
    print(transport.get_extra_info('sockname')[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
asyncio.run(main())
`;

const FLOOD = `
import asyncio, sys
async def main():
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, remote_addr=('127.0.0.1', int(sys.argv[1])))
    for number in range(10000):
        transport.sendto(b'%d' % number)
        if number % 100 == 0: await asyncio.sleep(0)
    transport.close()
asyncio.run(main())
`;

const COUNT = `
import asyncio, sys
class Counter(asyncio.DatagramProtocol):
    numbers = set()
    def datagram_received(self, data, address): self.numbers.add(data)
async def main():
    counter = Counter()
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: counter, local_addr=('127.0.0.1', 0))
    port = transport.get_extra_info('sockname')[1]
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    before = -1
    while before != len(counter.numbers):
        before = len(counter.numbers)
        await asyncio.sleep(0.1)
    [line] = [line for line in open('/proc/net/udp') if line.split()[1] == '0100007F:%04X' % port]
    print(len(counter.numbers) + int(line.split()[-1]), flush=True)
asyncio.run(main())
`;

class Peer {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Future<void> = new Future<void>();
  output: string = '';
  errors: string = '';
  #changed: Future<void> = new Future<void>();

  constructor(command: string, args: string[]) {
    this.child = spawn(command, args);
    this.child.stdout.on('data', (data: Buffer) => {
      this.output += String(data);
      this.#wake();
    });
    this.child.stderr.on('data', (data: Buffer) => void (this.errors += String(data)));
    this.child.on('close', () => {
      this.#wake();
      this.ended.setResult();
    });
  }

  async line(): Promise<string> {
    while (!this.output.includes('\n') && !this.ended.done()) await this.#changed;
    const [line = ''] = this.output.split('\n');
    this.output = this.output.slice(line.length + 1);
    return line;
  }

  async end(): Promise<void> {
    this.child.stdin.end();
    this.child.kill();
    await this.ended;
  }

  #wake(): void {
    const changed = this.#changed;
    this.#changed = new Future<void>();
    changed.setResult();
  }
}

const portOf = (endpoint: DatagramEndpoint): string => String((endpoint.sockname as [string, number])[1]);

onBackends(
  'nc -u talks to our endpoint, and hears the answer',
  async () => {
    const server = await openDatagram({ localAddr: ['127.0.0.1', 0] });
    const peer = new Peer('nc', ['-u', '127.0.0.1', portOf(server)]);
    peer.child.stdin.write('hello\n');
    const { data, address } = await server.receive();
    await server.send(Buffer.from(`you said ${data}`), address);
    assert.equal(await peer.line(), 'you said hello');
    await peer.end();
    await server[Symbol.asyncDispose]();
  },
  { skip: netcat },
);

onBackends(
  'our endpoint talks to nc -u -l, and hears the answer',
  async () => {
    const free = await openDatagram({ localAddr: ['127.0.0.1', 0] });
    const port = portOf(free);
    await free[Symbol.asyncDispose]();
    const peer = new Peer('nc', ['-u', '-l', '127.0.0.1', port]);
    const client = await openDatagram({ localAddr: ['127.0.0.1', 0] });
    while (peer.output === '') {
      await client.send(Buffer.from('knock\n'), ['127.0.0.1', Number(port)]);
      await sleep(20);
    }
    assert.equal(await peer.line(), 'knock');
    peer.child.stdin.write('come in\n');
    assert.equal(String((await client.receive()).data), 'come in\n');
    await peer.end();
    await client[Symbol.asyncDispose]();
  },
  { skip: netcat || (onDeno && 'Deno gives a port back some time after it was closed') },
);

onBackends(
  'an echo server of asyncio answers every datagram',
  async () => {
    const peer = new Peer('python3', ['-c', ECHO]);
    const port = Number(await peer.line());
    const client = await openDatagram({ remoteAddr: ['127.0.0.1', port] });
    for (let number = 0; number < 500; number++) {
      await client.send(Buffer.from(String(number)));
      assert.equal(String((await client.receive()).data), String(number));
    }
    await peer.end();
    await client[Symbol.asyncDispose]();
  },
  { skip: python },
);

onBackends(
  'of 10,000 datagrams that asyncio sends each is received, or counted by the system as dropped',
  async () => {
    const server = await openDatagram({ localAddr: ['127.0.0.1', 0], queueSize: 10_000 });
    const port = portOf(server);
    const peer = new Peer('python3', ['-c', FLOOD, port]);
    await peer.ended;
    let before = -1;
    while (server.statistics().received !== before) {
      before = server.statistics().received;
      await sleep(20);
    }
    const { received, dropped, queued } = server.statistics();
    assert.equal(dropped, 0);
    assert.equal(queued, received);
    assert.equal(received + droppedBySystem(Number(port)), 10_000);
    const numbers: number[] = [];
    for (let datagram = server.receiveNow(); datagram !== undefined; datagram = server.receiveNow()) {
      numbers.push(Number(String(datagram.data)));
    }
    assert.equal(new Set(numbers).size, received);
    assert.ok(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] as number)));
    await server[Symbol.asyncDispose]();
  },
  { skip: python, only: 'selector' },
);

onBackends(
  'of 10,000 datagrams that we send asyncio receives each, or the system counts it as dropped',
  async () => {
    const peer = new Peer('python3', ['-c', COUNT]);
    const port = Number(await peer.line());
    const client = await openDatagram({ remoteAddr: ['127.0.0.1', port] });
    for (let number = 0; number < 10_000; number++) {
      await client.send(Buffer.from(String(number)));
      if (number % 100 === 0) await sleep(0);
    }
    assert.equal(client.statistics().sent, 10_000);
    peer.child.stdin.write('that was all\n');
    assert.equal(await peer.line(), '10000', peer.errors);
    await peer.end();
    await client[Symbol.asyncDispose]();
  },
  { skip: python || (onDeno && 'Deno sends some time after it said so') },
);

/** What the system dropped because the socket's buffer was full: the last column of its table. */
function droppedBySystem(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const line = readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .find((one) => one.trim().split(/\s+/)[1] === `0100007F:${hex}`);
  assert.ok(line !== undefined);
  return Number(line.trim().split(/\s+/).at(-1));
}
