// Opening a datagram endpoint on the host backend.

import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import type { DatagramOptions } from '../backend.ts';
import type { DatagramTransport } from '../../transport/transport.ts';
import { openHostDatagram } from './datagramSocket.ts';
import { HostDatagramTransport } from './datagramTransport.ts';

/** Opens the socket and makes its transport; resolves after connectionMade. Cancelling closes it. */
export async function hostDatagram(
  loop: Loop,
  protocol: object,
  options: DatagramOptions,
): Promise<DatagramTransport> {
  const waiter = new Future<void>({ loop });
  const host = await openHostDatagram(loop, options);
  const transport = new HostDatagramTransport(loop, host, protocol, options, waiter);
  try {
    await waiter;
  } catch (error) {
    transport.abort();
    throw error;
  }
  return transport;
}
