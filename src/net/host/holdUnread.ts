// What a broken connection has received and nobody has handed over: what the host holds, and what the system
// holds. The host drops both with the socket.

import { receiveNow } from '../../sys/host/net.ts';
import type { NodeSocket } from '../../sys/host/net.ts';
import type { HeldInput } from '../../transport/heldInput.ts';
import { unlistenToData } from './events.ts';
import { isEncrypted } from './tlsInfo.ts';

const ROOM = 65_536;
/** This many reads empty any buffer of the system's. */
const MOST = 1024;

/** Puts it behind what is held. Nothing else is to be heard of the socket's data. */
export function holdUnread(socket: NodeSocket, held: HeldInput): void {
  unlistenToData(socket);
  // One that flows gives a chunk at a time.
  for (let own = readHeld(socket); own !== null; own = readHeld(socket)) held.push(own);
  if (isEncrypted(socket)) return;
  const error: NodeJS.ErrnoException | null = socket.errored;
  for (let count = 0; count < MOST; count++) {
    const room = Buffer.allocUnsafe(ROOM);
    const size = receiveNow(socket, room);
    // Where the peer had ended its half the system says EPIPE; else the end is the error that was taken.
    if (size === 0 && error?.code === 'EPIPE') held.end = true;
    if (size <= 0) return;
    held.push(room.subarray(0, size));
  }
}

function readHeld(socket: NodeSocket): Buffer | null {
  return socket.read() as Buffer | null;
}
