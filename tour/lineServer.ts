// The server of the tour: on each line the number of a file of the index, for each line the size and the
// SHA-256 of that file as it is now. Who asks can name nothing but what was listed.
//
// It listens from the start of the tour on, so that a port that cannot be had is told before the work; it
// accepts when the network part begins.

import {
  AddressInUseError,
  ConnectionError,
  getRunningLoop,
  InvalidArgumentError,
  LineTooLongError,
  PermissionError,
  Semaphore,
  startServer,
  UnsupportedError,
} from '../src/asyncio.ts';
import type { StreamReader, StreamServer, StreamWriter } from '../src/asyncio.ts';
import type { Arguments } from './arguments.ts';
import { readContent } from './content.ts';
import type { Costs } from './content.ts';
import type { FileSystem } from './fileSystem.ts';
import { answerOf } from './questions.ts';
import { systemCode, UserError } from './userError.ts';
import type { Listed } from './walk.ts';

export const host = '127.0.0.1';

/** What the server answers from. */
export interface Library {
  readonly fs: FileSystem;
  readonly files: readonly Listed[];
  readonly costs: Costs;
}

export interface LineServer {
  readonly port: number;
  /** Begins to accept clients, and answers from this. */
  open(library: Library): Promise<void>;
  /** Stops accepting, lets the handlers finish for a moment, and closes every connection. */
  shutdown(): Promise<void>;
}

/** Listens, without accepting yet.
 * @throws UserError (exit code 2) when the port is taken or not allowed, or the backend that the environment
 *   asks for is not to be had */
export async function listen({ port, clients, limit }: Arguments): Promise<LineServer> {
  checkBackend();
  const room = new Semaphore(limit);
  let library: Library | undefined;
  const serve = async (reader: StreamReader, writer: StreamWriter): Promise<void> => {
    try {
      for (;;) {
        const line = await reader.readline();
        if (line.length === 0) break;
        const answer = await room.with(() => find(library, Number(line.toString())));
        writer.write(Buffer.from(`${answer}\n`));
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
    port: (server.sockets[0]!.getsockname() as [string, number])[1],
    open: (given) => {
      library = given;
      return server.startServing();
    },
    shutdown: () => server.shutdown({ graceTime: 200 }),
  };
}

/** The answer to a question; what the system refuses is an answer too. */
async function find(library: Library | undefined, number: number): Promise<string> {
  const file = library?.files[number];
  if (library === undefined || file === undefined) return 'error no such file';
  try {
    const { bytes, sha256 } = await readContent(library.fs, file, library.costs);
    return answerOf(bytes, sha256);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return `error ${code}`;
  }
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
