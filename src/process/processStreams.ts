// The protocol of a child whose pipes are streams: asyncio's SubprocessStreamProtocol. When the child has ended and its
// output is closed, so is the transport.

import type { Loop } from '../loop/loop.ts';
import { FlowControlProtocol } from '../streams/flowControlProtocol.ts';
import { StreamReader } from '../streams/streamReader.ts';
import { StreamReaderProtocol } from '../streams/streamReaderProtocol.ts';
import { StreamWriter } from '../streams/streamWriter.ts';
import type { Transport } from '../transport/transport.ts';
import type { FeedsReaders } from './pipeProtocol.ts';
import { SubprocessProtocol } from './subprocessProtocol.ts';
import type { SubprocessTransport } from './subprocessTransport.ts';

const STDIN = 0;

export class ProcessStreams extends SubprocessProtocol implements FeedsReaders {
  stdin: StreamWriter | undefined = undefined;
  stdout: StreamReader | undefined = undefined;
  stderr: StreamReader | undefined = undefined;
  readonly #loop: Loop;
  readonly #limit: number | undefined;
  /** What the readers are fed through. */
  readonly #flows: Map<number, StreamReaderProtocol> = new Map();
  /** What the writer waits on. */
  readonly #input: FlowControlProtocol;
  #transport: SubprocessTransport | undefined = undefined;
  #openOutputs: number = 0;
  #exited: boolean = false;

  constructor(loop: Loop, limit: number | undefined) {
    super();
    this.#loop = loop;
    this.#input = new FlowControlProtocol(loop);
    this.#limit = limit;
  }

  override connectionMade(transport: SubprocessTransport): void {
    this.#transport = transport;
    const loop = this.#loop;
    this.stdout = this.#read(1);
    this.stderr = this.#read(2);
    const pipe = transport.getPipeTransport(STDIN);
    if (pipe !== undefined) this.stdin = new StreamWriter(pipe, this.#input, undefined, loop);
  }

  override pauseWriting(): void {
    this.#input.pauseWriting();
  }

  override resumeWriting(): void {
    this.#input.resumeWriting();
  }

  /** @internal */
  flowOf(fd: number): StreamReaderProtocol | undefined {
    return this.#flows.get(fd);
  }

  override pipeDataReceived(fd: number, data: Buffer): void {
    this.#flows.get(fd)?.dataReceived(data);
  }

  override pipeConnectionLost(fd: number, error: unknown): void {
    if (fd === STDIN) {
      this.stdin?.close();
      // Whoever closed it: nobody reads there any more.
      this.#input.connectionLost(error);
      return;
    }
    const flow = this.#flows.get(fd);
    this.#openOutputs--;
    if (error === undefined) flow?.eofReceived();
    flow?.connectionLost(error);
    this.#closeWhenOver();
  }

  override processExited(): void {
    this.#exited = true;
    this.#closeWhenOver();
  }

  #read(fd: 1 | 2): StreamReader | undefined {
    const pipe = this.#transport?.getPipeTransport(fd);
    if (pipe === undefined) return undefined;
    const reader = new StreamReader({ limit: this.#limit, loop: this.#loop });
    const flow = new StreamReaderProtocol(reader, undefined, { loop: this.#loop });
    flow.connectionMade(pipe as Transport);
    this.#flows.set(fd, flow);
    this.#openOutputs++;
    return reader;
  }

  #closeWhenOver(): void {
    if (this.#exited && this.#openOutputs === 0) this.#transport?.close();
  }
}
