// Two connections and a relay between them: source -> [reader ~ writer] -> sink.

import { SOL_SOCKET, SO_RCVBUF, SO_SNDBUF } from '../../../src/socket.ts';
import { Socket } from '../../../src/socket.ts';
import { links } from '../fuzz/links.ts';
import type { End } from '../fuzz/links.ts';

export interface Chain {
  /** The outer ends. */
  readonly source: End;
  readonly sink: End;
  /** The ends of the program in between. */
  readonly left: End;
  readonly right: End;
}

export type Kind = 'TCP' | 'Unix' | 'TLS';

/** Runs `body` with a chain over such links. `narrow`: the system's buffers are small, so that writers wait. */
export async function withChain(
  from: Kind,
  to: Kind,
  body: (chain: Chain) => Promise<void>,
  narrow: boolean = false,
): Promise<void> {
  const limits: [number, number] = [65_536, 65_536];
  await links[from]!(limits, (source, left) =>
    links[to]!(limits, async (right, sink) => {
      if (narrow) {
        setBuffer(right, SO_SNDBUF);
        setBuffer(sink, SO_RCVBUF);
      }
      try {
        await body({ source, left, right, sink });
      } finally {
        for (const [, writer] of [source, left, right, sink]) writer.transport.abort();
        for (const [, writer] of [source, left, right, sink]) await writer.waitClosed().catch(() => {});
      }
    }),
  );
}

function setBuffer([, writer]: End, option: number): void {
  const socket: unknown = writer.getExtraInfo('socket');
  if (socket instanceof Socket) socket.setsockopt(SOL_SOCKET, option, 100_000);
}

let serial = 1;

/** Bytes that don't repeat soon. */
export function content(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) {
    serial = (serial * 1_103_515_245 + 12_345) & 0x7fffffff;
    bytes.writeInt32LE(serial, i);
  }
  return bytes;
}
