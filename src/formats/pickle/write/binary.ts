// Bytes, bytearrays, buffers outside of the pickle, and ids in the place of values.

import { PicklingError } from '../pickleErrors.ts';
import type { PickleBuffer } from '../values/containers.ts';
import { callGlobal } from './objectWork.ts';
import { writeByteArray, writeBytes } from './scalars.ts';
import { Sequence } from './work.ts';
import type { Writing } from './work.ts';

/** Bytes, which are referred to by `key`. Below protocol 3 they are text that is encoded when it is read. */
export function writeBytesOf(writer: Writing, bytes: Uint8Array, key: object): boolean {
  if (writer.protocol < 3) {
    if (bytes.length === 0) return callGlobal(writer, 'builtins', 'bytes', [], key);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return callGlobal(writer, '_codecs', 'encode', [text, 'latin1'], key);
  }
  writeBytes(writer.sink, bytes, writer.protocol);
  writer.memoize(key);
  return true;
}

export function writeByteArrayOf(writer: Writing, bytes: Uint8Array, key: object): boolean {
  if (writer.protocol < 5) {
    const args = bytes.length === 0 ? [] : [Buffer.from(bytes)];
    return callGlobal(writer, 'builtins', 'bytearray', args, key);
  }
  writeByteArray(writer.sink, bytes);
  writer.memoize(key);
  return true;
}

export function writeBuffer(writer: Writing, buffer: PickleBuffer): boolean {
  if (writer.protocol < 5) throw new PicklingError('a PickleBuffer wants protocol 5');
  const { bufferCallback } = writer.settings;
  if (bufferCallback === undefined || Boolean(bufferCallback(buffer)))
    return (buffer.readonly ? writeBytesOf : writeByteArrayOf)(writer, buffer.bytes, buffer);
  writer.sink.byte(0x97);
  if (buffer.readonly) writer.sink.byte(0x98);
  return true;
}

export function writePersistent(writer: Writing, id: unknown): boolean {
  const { sink, protocol } = writer;
  if (protocol === 0) {
    const text = String(id);
    if (/[^\0-\x7f]|\n/.test(text))
      throw new PicklingError('a persistent id of protocol 0 is ASCII text of one line');
    sink.latin1(`P${text}\n`);
    return true;
  }
  return writer.later(
    new Sequence(
      () => writer.saveItself(id),
      () => {
        sink.byte(0x51);
        return true;
      },
    ),
  );
}
