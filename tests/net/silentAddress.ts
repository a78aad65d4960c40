// An address of this machine where a connection attempt hangs: nobody accepts, and the backlog is full, so the
// system drops what comes. Made of sockets of ours, whatever backend the loop has: needs the FFI, and Linux.

import { Socket } from '../../src/net/socket/socket.ts';
import { AF_INET, AF_INET6 } from '../../src/sys/libc/socketConstants.ts';

export interface Silent {
  host: string;
  port: number;
  close(): void;
}

export function silentAddress(host: string): Silent {
  const family = host.includes(':') ? AF_INET6 : AF_INET;
  const server = new Socket(family);
  server.bind([host, 0]);
  server.listen(0);
  const address = server.getsockname();
  const filler = new Socket(family);
  filler.connectEx(address);
  return {
    host,
    port: Number(address[1]),
    close: () => {
      filler.close();
      server.close();
    },
  };
}

/** A port of this machine where nobody listens, kept from others until it is closed. */
export function closedPort(host: string): Silent {
  const socket = new Socket(host.includes(':') ? AF_INET6 : AF_INET);
  socket.bind([host, 0]);
  return { host, port: Number(socket.getsockname()[1]), close: () => socket.close() };
}
