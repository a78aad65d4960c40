// The load generator where there is no C compiler (or no OpenSSL to compile it with): the same command
// line, the same work and the same report as bench/net/c/load.c, on node:net. It costs more for each
// request than most servers do, so that requests a second are its own limit; the servers' processor time
// for a request still tells.

import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { NetConnectOpts, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Timed } from './timed.ts';

const [mode = '', target = '', ...numbers] = process.argv.slice(2);
const [connections = 1, size = 64, warm = 0, timed = 1000, pid = 0] = numbers.map(Number);

const clock = new Timed(pid);
const where: NetConnectOpts = target.startsWith('/')
  ? { path: target }
  : { host: '127.0.0.1', port: Number(target) };

function fail(what: string): never {
  process.stderr.write(`load: ${what}\n`);
  process.exit(1);
}

/** A line of the connection `index`: different for each of them. */
function lineOf(length: number, index: number): Buffer {
  const line = Buffer.alloc(length);
  for (let i = 0; i < length; i++) line[i] = 97 + ((i * 7 + index) % 26);
  line[length - 1] = 10;
  return line;
}

/** Writes a sequence number into its head, so that no two messages of a connection are alike. */
function number(line: Buffer, sequence: number): void {
  line.write(sequence.toString(16).padStart(16, '0'), 0, 'latin1');
}

function open(): Promise<Socket> {
  const { promise, resolve } = Promise.withResolvers<Socket>();
  const done = (): void => resolve(socket);
  const socket =
    mode === 'tls'
      ? connectTls({ host: '127.0.0.1', port: Number(target), rejectUnauthorized: false }, done)
      : connect(where, done);
  socket.on('error', (error) => fail(error.message));
  socket.setNoDelay(true);
  return promise;
}

/** Calls `done` with each line that came back and was the one sent. */
class Echo {
  readonly #line: Buffer;
  readonly #socket: Socket;
  #got = 0;
  #sequence = 0;
  #started = 0;

  constructor(socket: Socket, line: Buffer, done: (latency: number) => void) {
    this.#socket = socket;
    this.#line = line;
    socket.on('data', (chunk: Buffer) => {
      if (chunk.compare(this.#line, this.#got, this.#got + chunk.length) !== 0)
        fail('other bytes came back');
      this.#got += chunk.length;
      if (this.#got === this.#line.length) done(performance.now() - this.#started);
    });
    socket.on('close', () => fail('closed by the server'));
  }

  next(): void {
    this.#got = 0;
    number(this.#line, this.#sequence++);
    this.#started = performance.now();
    this.#socket.write(this.#line);
  }
}

/** Connects, and sends one line there and back, so that the server certainly has accepted. */
async function opened(index: number): Promise<Socket> {
  const socket = await open();
  const { promise, resolve } = Promise.withResolvers<void>();
  new Echo(socket, lineOf(64, index), () => resolve()).next();
  await promise;
  socket.removeAllListeners('data').removeAllListeners('close');
  return socket;
}

async function echo(): Promise<void> {
  const echoes: Echo[] = [];
  for (let i = 0; i < connections; i++) {
    const each = new Echo(await opened(i), lineOf(size, i), (latency) => {
      clock.note(latency);
      each.next();
    });
    echoes.push(each);
  }
  for (const each of echoes) each.next();
  await clock.run(warm, timed);
  clock.report();
}

async function idle(): Promise<void> {
  for (let i = 0; i < connections; i++) await opened(i);
  process.stdout.write('ready\n');
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
  await new Promise(() => {});
}

async function connectAndClose(): Promise<void> {
  const line = lineOf(size, 0);
  const again = (): void => {
    const started = performance.now();
    const socket = connect({ ...where, allowHalfOpen: true });
    let got = 0;
    socket.on('connect', () => socket.write(line));
    socket.on('data', (chunk: Buffer) => {
      got += chunk.length;
      if (got === size) socket.end();
    });
    socket.on('end', () => {
      if (got !== size) fail(`closed after ${got} of ${size} bytes`);
      clock.note(performance.now() - started);
    });
    socket.on('error', (error) => fail(error.message));
    socket.on('close', again);
  };
  for (let i = 0; i < connections; i++) again();
  await clock.run(warm, timed);
  clock.report();
}

async function sink(): Promise<void> {
  const line = lineOf(size, 0);
  const sent = new Array<number>(connections).fill(0);
  const counted: Promise<void>[] = [];
  let over = false;
  for (let i = 0; i < connections; i++) {
    const socket = connect({ ...where, allowHalfOpen: true });
    socket.on('error', (error) => fail(error.message));
    const push = (): void => {
      while (!over) {
        sent[i] = (sent[i] ?? 0) + size;
        clock.add(size / 2 ** 20);
        if (!socket.write(line)) return;
      }
      socket.end();
    };
    socket.on('connect', push).on('drain', push);
    let text = '';
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.setEncoding('latin1').on('data', (more: string) => (text += more));
    socket.on('end', () => {
      if (Number(text) !== sent[i]) fail(`${text.trim()} bytes counted, ${sent[i]} sent`);
      resolve();
    });
    counted.push(promise);
  }
  await clock.run(warm, timed);
  over = true;
  await Promise.all(counted);
  clock.report();
}

/** Pairs of connections through a proxy: what is sent by one comes out of the other. */
async function relay(): Promise<void> {
  const line = lineOf(size, 0);
  const all: Promise<void>[] = [];
  let over = false;
  for (let i = 0; i < connections; i++) {
    const [from, to] = [await open(), await open()];
    let [sent, got] = [0, 0];
    const push = (): void => {
      while (!over) {
        sent += size;
        if (!from.write(line)) return;
      }
      from.end();
    };
    to.on('data', (chunk: Buffer) => {
      const place = got % size;
      const whole = Math.min(chunk.length, size - place);
      if (chunk.compare(line, place, place + whole, 0, whole) !== 0) fail('other bytes came through');
      got += chunk.length;
      clock.add(chunk.length / 2 ** 20);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    to.on('end', () => {
      if (got !== sent) fail(`${got} bytes came through, ${sent} sent`);
      resolve();
    });
    all.push(promise);
    from.on('drain', push);
    push();
  }
  await clock.run(warm, timed);
  over = true;
  await Promise.all(all);
  clock.report();
}

/** How long a datagram may take before it is given up for lost, in milliseconds. */
const patience = 250;

async function udp(): Promise<void> {
  let lost = 0;
  for (let i = 0; i < connections; i++) {
    const socket = createSocket('udp4');
    const message = lineOf(size, i);
    let [sequence, started] = [0, 0];
    const next = (): void => {
      number(message, sequence++);
      started = performance.now();
      socket.send(message);
    };
    socket.on('message', (answer) => {
      if (answer.compare(message, 0, 16, 0, 16) !== 0) return; // late: the next is under way
      if (answer.compare(message) !== 0) fail('other bytes came back');
      clock.note(performance.now() - started);
      next();
    });
    socket.on('error', (error) => fail(error.message));
    await new Promise<void>((resolve) => socket.connect(Number(target), '127.0.0.1', resolve));
    next();
    setInterval(() => {
      if (performance.now() - started < patience) return;
      lost++;
      next();
    }, patience / 2);
  }
  await clock.run(warm, timed);
  clock.report(lost);
}

const modes: Readonly<Record<string, () => Promise<void>>> = {
  echo,
  tls: echo,
  udp,
  connect: connectAndClose,
  sink,
  relay,
  idle,
};
await (modes[mode] ?? (() => fail(`there is no mode '${mode}'`)))();
process.exit(0);
