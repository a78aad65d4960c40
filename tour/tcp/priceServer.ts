// The server of the TCP part: on each line the number of a product, for each line its name and price as the database
// has them.
//
// It listens from the start of the tour on, so that a port that cannot be had is told before the work; it accepts
// when its part begins.

import {
  AddressInUseError,
  ConnectionError,
  getRunningLoop,
  InvalidArgumentError,
  LineTooLongError,
  PermissionError,
  startServer,
  UnsupportedError,
} from '../../src/asyncio.ts';
import type { StreamReader, StreamServer, StreamWriter } from '../../src/asyncio.ts';
import { UserError } from '../userError.ts';

export const host = '127.0.0.1';

/** The answer to a question. */
export type Find = (product: string) => string;

export interface PriceServer {
  readonly port: number;
  /** Begins to accept clients, and answers by this. */
  open(find: Find): Promise<void>;
  /** Stops accepting, lets the handlers finish for a moment, and closes every connection. */
  shutdown(): Promise<void>;
}

/** Listens, without accepting yet.
 * @throws UserError (exit code 2) when the port is taken or not allowed, or the backend that the environment
 *   asks for is not to be had */
export async function listen(port: number, clients: number): Promise<PriceServer> {
  checkBackend();
  let find: Find = () => 'error not open yet';
  const serve = async (reader: StreamReader, writer: StreamWriter): Promise<void> => {
    try {
      for await (const line of reader) {
        writer.write(Buffer.from(`${find(line.toString().trimEnd())}\n`));
        await writer.drain();
      }
    } catch (error) {
      // Somebody who goes, or who does not speak this language, ends his own connection and nothing else.
      if (!(error instanceof ConnectionError || error instanceof LineTooLongError)) throw error;
    } finally {
      writer.close();
    }
  };
  // All clients may come at once: the system has to keep that many until they are accepted.
  const options = { startServing: false, limit: 1000, backlog: Math.max(100, clients) };
  let server: StreamServer;
  try {
    server = await startServer(serve, host, port, options);
  } catch (error) {
    throw listenError(error, port);
  }
  return {
    port: server.port ?? 0,
    open: (given) => {
      find = given;
      return server.startServing();
    },
    shutdown: () => server.shutdown({ graceTime: 200 }),
  };
}

/** ASYNCIO_BACKEND is the person's wish: what is wrong with it is said in a sentence. */
function checkBackend(): void {
  try {
    void getRunningLoop().backend;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError || error instanceof UnsupportedError)) throw error;
    throw new UserError(error.message, 2, { cause: error });
  }
}

function listenError(error: unknown, port: number): unknown {
  if (error instanceof AddressInUseError) {
    return new UserError(
      `port ${port} of ${host} is taken by another program: take another (--port), or any that is free`,
      2,
      { cause: error },
    );
  }
  if (error instanceof PermissionError) {
    return new UserError(`no permission to listen on port ${port} of ${host}: take one from 1024 on`, 2, {
      cause: error,
    });
  }
  return error;
}
