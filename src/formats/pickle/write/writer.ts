// Writing a value: what is written at once, and what is work for later.
//
// 1. Nothing recurses: a container puts its work on a stack and is written from there, however deep it lies.
// 2. What was written once is referred to after: objects by their identity, text by its value, as Python shares text that
//    is equal where it can.
// 3. What comes out is, opcode for opcode, what Python's own pickler writes of the value that it is read as.

import { Float } from '../../float.ts';
import { PicklingError } from '../pickleErrors.ts';
import {
  ByteArray,
  FrozenSet,
  PickleBuffer,
  PickledGlobal,
  PickledObject,
  Tuple,
} from '../values/containers.ts';
import { DateTime } from '../values/dates.ts';
import type { DumpSettings } from './dumpOptions.ts';
import { writeBuffer, writeByteArrayOf, writeBytesOf, writePersistent } from './binary.ts';
import { DictWork, ListWork, TupleWork } from './containerWork.ts';
import { writeGlobal, writeKept, writeObject } from './objectWork.ts';
import { writeBigInt, writeFloat, writeNumber, writeText } from './scalars.ts';
import { saveFrozenSet, saveSet } from './setWork.ts';
import { Sink } from './sink.ts';
import type { PickleWork, Writing } from './work.ts';

/** Deeper than this a value contains itself among what it is made of. */
const DEEPEST = 1_000_000;

const plain = Object.prototype;
const array = Array.prototype;

export class PickleWriter implements Writing {
  readonly settings: DumpSettings;
  readonly protocol: number;
  readonly sink: Sink = new Sink();
  readonly memo: Map<unknown, number>;
  readonly #work: PickleWork[] = [];

  constructor(settings: DumpSettings, memo: Map<unknown, number> = new Map()) {
    this.settings = settings;
    this.protocol = settings.protocol;
    this.memo = memo;
  }

  /** The pickle of `value`. */
  write(value: unknown): Buffer {
    const { sink, protocol } = this;
    try {
      if (protocol >= 2) sink.bytePair(0x80, protocol);
      if (protocol >= 4) sink.startFraming();
      if (!this.save(value)) this.#run();
      sink.byte(0x2e);
      if (protocol >= 4) sink.stopFraming();
      return sink.finish();
    } finally {
      sink.release();
    }
  }

  #run(): void {
    const work = this.#work;
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const height = work.length;
      if (!top.step(this)) continue;
      if (work.length === height) work.pop();
      else work.splice(height - 1, 1);
    }
  }

  /** Leaves work for later. */
  later(work: PickleWork): false {
    if (this.#work.push(work) > DEEPEST)
      throw new PicklingError(`the value is deeper than ${DEEPEST}, or made of itself`);
    return false;
  }

  /** Writes a value and returns true; or false, when the rest of it is left for later. */
  save(value: unknown): boolean {
    const { settings } = this;
    this.sink.boundary();
    if (settings.persistentId !== undefined) {
      const id = settings.persistentId(value);
      if (id !== undefined && id !== null) return writePersistent(this, id);
    }
    return this.saveItself(value);
  }

  /** As save, of a value that has no persistent id. */
  saveItself(value: unknown): boolean {
    const { sink, protocol } = this;
    switch (typeof value) {
      case 'string':
        if (!this.recall(value)) {
          writeText(sink, value, protocol);
          this.memoize(value);
        }
        return true;
      case 'number':
        writeNumber(sink, value, protocol);
        return true;
      case 'boolean':
        if (protocol < 2) sink.latin1(value ? 'I01\n' : 'I00\n');
        else sink.byte(value ? 0x88 : 0x89);
        return true;
      case 'bigint':
        writeBigInt(sink, value, protocol);
        return true;
      case 'object':
        if (value !== null) return this.#saveObject(value);
        sink.byte(0x4e);
        return true;
      case 'function':
        return this.recall(value) || writeObject(this, value);
      case 'undefined':
        throw new PicklingError('undefined cannot be pickled: None is null');
      default:
        throw new PicklingError('a symbol cannot be pickled');
    }
  }

  #saveObject(value: object): boolean {
    if (this.recall(value)) return true;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === plain || prototype === null) return this.later(DictWork.ofObject(this, value));
    if (prototype === array) return this.later(new ListWork(this, value as readonly unknown[]));
    if (prototype === Map.prototype)
      return this.later(DictWork.ofMap(this, value as Map<unknown, unknown>));
    if (prototype === Tuple.prototype) return this.saveTuple(value as Tuple, value);
    if (prototype === Set.prototype) return saveSet(this, value as Set<unknown>);
    if (value instanceof Float) return (writeFloat(this.sink, value.valueOf(), this.protocol), true);
    if (prototype === FrozenSet.prototype) return saveFrozenSet(this, value as FrozenSet);
    if (prototype === ByteArray.prototype) return writeByteArrayOf(this, value as ByteArray, value);
    if (value instanceof Uint8Array && !(value instanceof ByteArray))
      return writeBytesOf(this, value, value);
    if (value instanceof PickledGlobal) return writeGlobal(this, value);
    if (value instanceof PickledObject) return writeKept(this, value);
    if (value instanceof PickleBuffer) return writeBuffer(this, value);
    if (prototype === Date.prototype) return writeObject(this, DateTime.fromDate(value as Date), value);
    return writeObject(this, value);
  }

  /** Writes a tuple of these items, which is referred to by `key`. */
  saveTuple(items: readonly unknown[], key: object): boolean {
    if (items.length > 0) return this.later(new TupleWork(this, items, key));
    if (this.protocol === 0) this.sink.latin1('(t');
    else this.sink.byte(0x29);
    return true;
  }

  /** Refers to what was written already, and returns true; false where it was not. */
  recall(key: unknown): boolean {
    const index = this.memo.get(key);
    if (index === undefined) return false;
    const { sink } = this;
    if (this.protocol === 0) sink.latin1(`g${index}\n`);
    else if (index <= 0xff) sink.bytePair(0x68, index);
    else sink.uint4(0x6a, index);
    return true;
  }

  /** What was just written can be referred to by `key`. */
  memoize(key: unknown): void {
    if (this.settings.fast) return;
    const index = this.memo.size;
    this.memo.set(key, index);
    const { sink } = this;
    if (this.protocol >= 4) sink.byte(0x94);
    else if (this.protocol === 0) sink.latin1(`p${index}\n`);
    else if (index <= 0xff) sink.bytePair(0x71, index);
    else sink.uint4(0x72, index);
  }
}
