// Addresses of datagrams between our form and the system's. Those who write to us are mostly few, and are
// mostly answered: what was translated once is kept, both ways.
//
// What is handed out is frozen, so that it can stand for the bytes it was made of.

import { ADDRESS_SIZE, packAddress, splitScope, unpackAddress } from '../../sys/libc/socketAddress.ts';
import { AF_INET } from '../../sys/libc/socketConstants.ts';
import type { InetAddress, SocketAddress } from '../../transport/transport.ts';

const KEPT = 1024;

export class AddressCache {
  /** Where the system writes the sender's address, and how long it is. */
  readonly bytes: Uint8Array = new Uint8Array(ADDRESS_SIZE);
  readonly length: Int32Array = new Int32Array(1);
  readonly lengthBytes: Uint8Array = new Uint8Array(this.length.buffer);
  readonly #family: number;
  readonly #view: DataView = new DataView(this.bytes.buffer);
  readonly #senders: Map<number | string, SocketAddress> = new Map();
  readonly #packed: WeakMap<object, Uint8Array> = new WeakMap();
  /** What was packed last, of those that are not frozen, by value. */
  #last: SocketAddress | undefined = undefined;
  #lastPacked: Uint8Array | undefined = undefined;

  constructor(family: number) {
    this.#family = family;
  }

  /** Our form of what stands in `bytes`. */
  sender(): SocketAddress {
    const length = this.length[0] as number;
    const key =
      this.#family === AF_INET
        ? this.#view.getUint32(4) * 65_536 + this.#view.getUint16(2)
        : Buffer.from(this.bytes.subarray(0, length)).toString('latin1');
    const known = this.#senders.get(key);
    if (known !== undefined) return known;
    const address = Object.freeze(unpackAddress(this.bytes, length));
    if (this.#senders.size === KEPT) this.#senders.clear();
    this.#senders.set(key, address);
    if (typeof address === 'object') this.#packed.set(address, this.bytes.slice(0, length));
    return address;
  }

  /** The system's form. @throws InvalidArgumentError for what is no address of the family */
  pack(address: SocketAddress): Uint8Array {
    const known = typeof address === 'object' ? this.#packed.get(address) : undefined;
    if (known !== undefined) return known;
    if (this.#last !== undefined && identical(this.#last, address)) return this.#lastPacked as Uint8Array;
    const packed = packAddress(this.#family, address);
    this.#last = typeof address === 'string' ? address : [...address];
    this.#lastPacked = packed;
    return packed;
  }
}

/** Whether two addresses are the same: IPv6's flow info and scope count as 0 where they are not given. */
export function sameAddress(one: SocketAddress, other: SocketAddress): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  const fields = [0, 1, 2, 3] as const;
  const [left, right] = one[0] === other[0] ? [one, other] : [withScope(one), withScope(other)];
  return fields.every((index) => (left[index] ?? 0) === (right[index] ?? 0));
}

/** An address whose scope is not written behind its host. */
function withScope(address: InetAddress): InetAddress {
  const [host, port, flowInfo = 0] = address;
  if (!host.includes('%')) return address;
  const [text, scopeId = 0] = splitScope(host);
  return [text, port, flowInfo, scopeId];
}

function identical(one: SocketAddress, other: SocketAddress): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one[0] === other[0] && one[1] === other[1] && one[2] === other[2] && one[3] === other[3];
}
