// The families of Autobahn's test suite for WebSocket servers, asked of ours frame by frame: the numbers are the suite's.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/asyncio.ts';
import { serve, upgradeWebSocket } from '../../src/http/http.ts';
import { BINARY, CLOSE, closing, frame, MORE, openRaw, PING, PONG, TEXT } from './frames.ts';
import type { RawSocket } from './frames.ts';

const text = (payload: string | Buffer, fin = true): Buffer => frame(TEXT, payload, { fin });
const more = (payload: string | Buffer, fin: boolean): Buffer => frame(MORE, payload, { fin });

/** What the server sends to these frames: opcodes and payloads, the code of its close, or that it cuts. */
type Heard = readonly (readonly [opcode: number, payload: string] | number | 'cut')[];

async function heard(socket: RawSocket): Promise<Heard> {
  const all: ([number, string] | number | 'cut')[] = [];
  for (;;) {
    const next = await socket.read();
    if (next === undefined) return [...all, 'cut'];
    if (next.opcode === CLOSE)
      return [...all, next.payload.length === 0 ? 1005 : next.payload.readUInt16BE()];
    all.push([next.opcode, next.payload.toString('latin1')]);
  }
}

async function read(socket: RawSocket, count: number): Promise<Heard> {
  const all: [number, string][] = [];
  while (all.length < count) {
    const next = await socket.read();
    if (next === undefined || next.opcode === CLOSE) break;
    all.push([next.opcode, next.payload.toString('latin1')]);
  }
  return all;
}

interface Case {
  readonly name: string;
  readonly frames: readonly Buffer[];
  readonly hears: Heard;
}

const bad = (name: string, code: number, ...frames: Buffer[]): Case => ({ name, frames, hears: [code] });
const end = closing(1000);

const cases: Case[] = [
  // 1: framing
  ...[0, 125, 126, 127, 128, 65_535, 65_536].flatMap((size) => [
    {
      name: `1.1 text of ${size}`,
      frames: [text('*'.repeat(size)), end],
      hears: [[TEXT, '*'.repeat(size)], 1000] as Heard,
    },
    {
      name: `1.2 bytes of ${size}`,
      frames: [frame(BINARY, '\xFE'.repeat(size)), end],
      hears: [[BINARY, Buffer.from('\xFE'.repeat(size)).toString('latin1')], 1000] as Heard,
    },
  ]),
  // 2: pings and pongs
  { name: '2.1 ping', frames: [frame(PING), end], hears: [[PONG, ''], 1000] },
  { name: '2.2 ping with text', frames: [frame(PING, 'Hello'), end], hears: [[PONG, 'Hello'], 1000] },
  {
    name: '2.4 ping of 125',
    frames: [frame(PING, 'x'.repeat(125)), end],
    hears: [[PONG, 'x'.repeat(125)], 1000],
  },
  bad('2.5 ping of 126', 1002, frame(PING, 'x'.repeat(126))),
  { name: '2.7 unsolicited pong', frames: [frame(PONG), frame(PONG, 'x'), end], hears: [1000] },
  {
    name: '2.10 ten pings',
    frames: [...Array.from({ length: 10 }, (_, n) => frame(PING, `${n}`)), end],
    hears: [...Array.from({ length: 10 }, (_, n) => [PONG, `${n}`] as const), 1000],
  },
  // 3: reserved bits
  ...[1, 2, 3, 4, 5, 6, 7].map((reserved) =>
    bad(`3 reserved bits ${reserved}`, 1002, frame(TEXT, 'x', { reserved })),
  ),
  bad('3.7 reserved bits in a close', 1002, frame(CLOSE, '', { reserved: 7 })),
  // 4: reserved opcodes
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) =>
    bad(`4 opcode ${opcode}`, 1002, frame(opcode, 'x')),
  ),
  // 5: fragments
  bad('5.1 ping in fragments', 1002, frame(PING, 'a', { fin: false }), more('b', true)),
  bad('5.2 pong in fragments', 1002, frame(PONG, 'a', { fin: false }), more('b', true)),
  {
    name: '5.3 text in two fragments',
    frames: [text('a', false), more('b', true), end],
    hears: [[TEXT, 'ab'], 1000],
  },
  {
    name: '5.6 ping between fragments',
    frames: [text('a', false), frame(PING, 'p'), more('b', true), end],
    hears: [[PONG, 'p'], [TEXT, 'ab'], 1000],
  },
  bad('5.9 nothing to go on with', 1002, more('a', true)),
  bad('5.10 nothing to go on with, in fragments', 1002, more('a', false), more('b', true)),
  bad('5.15 a new message before the end', 1002, text('a', false), text('b')),
  {
    name: '5.19 fragments and pings',
    frames: [
      text('1', false),
      more('2', false),
      frame(PING, 'a'),
      more('3', false),
      frame(PING, 'b'),
      more('4', true),
      end,
    ],
    hears: [[PONG, 'a'], [PONG, 'b'], [TEXT, '1234'], 1000],
  },
  // 6: UTF-8
  {
    name: '6.1 empty fragments',
    frames: [text('', false), more('', false), more('', true), end],
    hears: [[TEXT, ''], 1000],
  },
  {
    name: '6.2 a letter in two fragments',
    frames: [text(Buffer.from([0xc3]), false), more(Buffer.from([0xbc]), true), end],
    hears: [[TEXT, '\xC3\xBC'], 1000],
  },
  ...(
    [
      ['6.3 continuation', [0x80]],
      ['6.3 truncated', [0x61, 0xc3]],
      ['6.8 lone surrogate', [0xed, 0xa0, 0x80]],
      ['6.10 overlong', [0xc0, 0xaf]],
      ['6.10 overlong of three', [0xe0, 0x80, 0xaf]],
      ['6.13 beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
      ['6.14 no byte of UTF-8', [0xff]],
      ['6.20 κόσμε and garbage', [0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xed, 0xa0, 0x80]],
    ] as const
  ).map(([name, bytes]) => bad(name, 1007, text(Buffer.from([...bytes])))),
  {
    name: '6.22 the last of Unicode',
    frames: [text('\u{10FFFF}\uFFFF'), end],
    hears: [[TEXT, Buffer.from('\u{10FFFF}\uFFFF').toString('latin1')], 1000],
  },
  // 7: closing
  { name: '7.1 nothing behind a close', frames: [closing(1000), text('late')], hears: [1000] },
  { name: '7.3.1 a close without a code', frames: [closing()], hears: [1005] },
  bad('7.3.2 a close of one byte', 1002, frame(CLOSE, 'x')),
  { name: '7.3.5 a reason of 123 bytes', frames: [closing(1000, 'x'.repeat(123))], hears: [1000] },
  bad('7.3.6 a reason of 124 bytes', 1002, closing(1000, 'x'.repeat(124))),
  bad('7.5.1 a reason that is no UTF-8', 1007, closing(1000, Buffer.from([0xce, 0xba, 0xed, 0xa0, 0x80]))),
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((code): Case => ({
    name: `7.7 code ${code}`,
    frames: [closing(code)],
    hears: [code],
  })),
  ...[0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535].map((code) =>
    bad(`7.9 code ${code}`, 1002, closing(code)),
  ),
  // 9: limits (the server's is 1 MiB)
  {
    name: '9.1 a message of 1 MiB in fragments',
    frames: [text('x'.repeat(524_288), false), more('y'.repeat(524_288), true), end],
    hears: [[TEXT, 'x'.repeat(524_288) + 'y'.repeat(524_288)], 1000],
  },
  bad('9.2 a byte more', 1009, text('x'.repeat(524_288), false), more('y'.repeat(524_289), true)),
  // Not the suite's: a client masks.
  bad('a frame without a mask', 1002, frame(TEXT, 'x', { masked: false })),
];

test('WebSocket: the families of Autobahn’s suite', async (t) => {
  await run(async () => {
    await using server = await serve(
      async (request) => {
        const socket = await upgradeWebSocket(request);
        for await (const message of socket) await socket.send(message);
        return socket.response;
      },
      { host: '127.0.0.1', cancelOnDisconnect: false, onError: () => {} },
    );
    for (const { name, frames, hears } of cases) {
      await using socket = await openRaw(server.port);
      // As the suite does it: the close follows the last reply.
      const closes = frames.at(-1) === end;
      socket.write(...(closes ? frames.slice(0, -1) : frames));
      const replies = closes ? await read(socket, hears.length - 1) : [];
      if (closes) socket.write(end);
      assert.deepEqual([...replies, ...(await heard(socket))], hears, name);
    }
    t.diagnostic(`${cases.length} cases`);
  });
});
