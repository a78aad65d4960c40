// llhttp, the parser of Node's own HTTP server, as WebAssembly (loadLlhttp.ts finds it).
//
// 1. A thread has one instance, with a memory of its own: a place to receive into, and a state for each connection.
// 2. `execute` calls back while it runs, and only then. The callbacks write down what was found in the parser that
//    `current` is; nothing foreign runs inside of them.
// 3. The memory may grow when a state is made, which takes the views of it away: they are made anew then.

import type { NativeBuffer } from './nativeBuffer.ts';

/** What llhttp's `execute` returns. */
export const OK = 0;
/** Data behind a request that was to be the last. */
export const CLOSED_CONNECTION = 5;
/** The parser was not to go into what is behind a request. */
export const PAUSED = 21;
/** What follows a request may be another protocol. */
export const PAUSED_UPGRADE = 22;
/** A callback said so. */
export const STOPPED = 24;

/** For what one read brings behind what was held back. */
const ROOM: number = 128 * 1024;
/** What was held back is less than the rest. */
const READ: number = 64 * 1024;
const REQUEST = 1;
/** States of connections that are gone are kept, up to this many. */
const SPARE = 1024;

/** The host's WebAssembly, as far as it is needed. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
}
const { Instance, Module } = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  malloc(size: number): number;
  llhttp_alloc(type: number): number;
  llhttp_free(state: number): void;
  llhttp_execute(state: number, address: number, count: number): number;
  llhttp_resume(state: number): void;
  llhttp_resume_after_upgrade(state: number): void;
  llhttp_get_method(state: number): number;
  llhttp_get_http_major(state: number): number;
  llhttp_get_http_minor(state: number): number;
  llhttp_get_error_pos(state: number): number;
  llhttp_get_error_reason(state: number): number;
  llhttp_method_name(method: number): number;
}

const FUNCTIONS: readonly (keyof Exports)[] = [
  '_initialize',
  'malloc',
  'llhttp_alloc',
  'llhttp_free',
  'llhttp_execute',
  'llhttp_resume',
  'llhttp_resume_after_upgrade',
  'llhttp_get_method',
  'llhttp_get_http_major',
  'llhttp_get_http_minor',
  'llhttp_get_error_pos',
  'llhttp_get_error_reason',
  'llhttp_method_name',
];

/** Writes down what is found in one connection; addresses are of llhttp's memory. Each returns 0, or what `execute` is to
 * end with. */
export interface Findings {
  messageBegun(): number;
  target(address: number, size: number): number;
  fieldName(address: number, size: number): number;
  fieldValue(address: number, size: number): number;
  headEnds(upgrade: boolean, keepAlive: boolean): number;
  body(address: number, size: number): number;
  messageComplete(): number;
}

export class Llhttp {
  readonly calls: Exports;
  /** Where what is read is put, and where that is. */
  readonly address: number;
  /** All of the memory. */
  memory: NativeBuffer;
  /** The room for what one read brings. */
  room: Uint8Array;
  /** The parser whose `execute` runs. */
  current: Findings | undefined = undefined;
  readonly #methods: string[] = [];
  /** States of connections that are gone. */
  readonly #free: number[] = [];

  constructor(binary: Uint8Array) {
    const env = {
      wasm_on_message_begin: () => this.#now().messageBegun(),
      wasm_on_url: (_state: number, address: number, size: number) => this.#now().target(address, size),
      wasm_on_status: () => 0,
      wasm_on_header_field: (_state: number, address: number, size: number) =>
        this.#now().fieldName(address, size),
      wasm_on_header_value: (_state: number, address: number, size: number) =>
        this.#now().fieldValue(address, size),
      wasm_on_headers_complete: (_state: number, _status: number, upgrade: number, keepAlive: number) =>
        this.#now().headEnds(upgrade !== 0, keepAlive !== 0),
      wasm_on_body: (_state: number, address: number, size: number) => this.#now().body(address, size),
      wasm_on_message_complete: () => this.#now().messageComplete(),
    };
    const { exports } = new Instance(new Module(binary), { env });
    for (const name of FUNCTIONS) {
      if (typeof exports[name] !== 'function') throw new TypeError(`llhttp has no function ${name}`);
    }
    this.calls = exports as unknown as Exports;
    this.calls._initialize();
    this.address = this.calls.malloc(ROOM);
    this.memory = Buffer.from(this.calls.memory.buffer) as NativeBuffer;
    this.room = this.#roomForRead();
  }

  /** A state for a connection. */
  allocate(): number {
    const state = this.#free.pop() ?? this.calls.llhttp_alloc(REQUEST);
    this.refresh();
    return state;
  }

  /** A connection is gone. A state that is in the middle of something is of no use to another. */
  release(state: number, clean: boolean): void {
    if (clean && this.#free.length < SPARE) this.#free.push(state);
    else this.calls.llhttp_free(state);
  }

  /** The memory may have grown. */
  refresh(): void {
    if (this.memory.byteLength > 0) return;
    this.memory = Buffer.from(this.calls.memory.buffer) as NativeBuffer;
    this.room = this.#roomForRead();
  }

  /** The name of a method of llhttp's. */
  methodName(method: number): string {
    return (this.#methods[method] ??= this.#text(this.calls.llhttp_method_name(method)));
  }

  /** Why the last `execute` failed. */
  reason(state: number): string {
    const address = this.calls.llhttp_get_error_reason(state);
    return address === 0 ? '' : this.#text(address);
  }

  #roomForRead(): Uint8Array {
    return new Uint8Array(this.calls.memory.buffer, this.address, READ);
  }

  #text(address: number): string {
    return this.memory.latin1Slice(address, this.memory.indexOf(0, address));
  }

  #now(): Findings {
    return this.current as Findings;
  }
}
