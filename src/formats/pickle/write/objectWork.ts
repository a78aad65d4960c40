// Classes by their names, and objects of them: a call, and what is done to its result.

import { globalOf, oldName } from '../classes/classTable.ts';
import type { Reduction } from '../classes/pickleClass.ts';
import { PicklingError } from '../pickleErrors.ts';
import { PickledGlobal } from '../values/containers.ts';
import type { PickledObject } from '../values/containers.ts';
import { DictWork, flat, ItemsWork } from './containerWork.ts';
import { Sequence } from './work.ts';
import type { Writing } from './work.ts';

/** Writes the name of a class. */
export function writeGlobal(writer: Writing, global: PickledGlobal): boolean {
  const { sink, protocol, settings } = writer;
  const full = String(global);
  const key = memoKey(full);
  if (writer.recall(key)) return true;
  const code = settings.codes.get(full);
  if (code !== undefined && protocol >= 2) {
    if (code <= 0xff) sink.bytePair(0x82, code);
    else if (code > 0xffff) sink.uint4(0x84, code);
    else sink.bytes.set([0x83, code & 0xff, code >> 8], sink.room(3));
    return true;
  }
  if (protocol >= 4) {
    writer.saveItself(global.module);
    sink.boundary();
    writer.saveItself(global.name);
    sink.byte(0x93);
  } else {
    const old = protocol < 3 && settings.fixImports;
    const [module, name] = old ? oldName(global.module, global.name) : [global.module, global.name];
    if (
      name.includes('.') ||
      /\n/.test(module + name) ||
      (protocol < 3 && /[^\0-\x7f]/.test(module + name))
    )
      throw new PicklingError(`the name ${full} wants protocol 4`);
    sink.latin1(`c${Buffer.from(`${module}\n${name}\n`).toString('latin1')}`);
  }
  writer.memoize(key);
  return true;
}

/** Classes are referred to by their names, which no text of the value's is. */
const memoKeys = new Map<string, object>();

function memoKey(full: string): object {
  let key = memoKeys.get(full);
  if (key === undefined) {
    if (memoKeys.size > 10_000) memoKeys.clear();
    memoKeys.set(full, (key = {}));
  }
  return key;
}

/** Writes the result of a call, which is referred to by `key`. */
export function callGlobal(
  writer: Writing,
  module: string,
  name: string,
  args: readonly unknown[],
  key: object,
): boolean {
  return writeReduction(writer, new PickledGlobal(module, name), { args }, key);
}

/** Writes an object of a class, or a class. */
export function writeObject(writer: Writing, value: object, key: object = value): boolean {
  const { settings, protocol } = writer;
  const reduced = settings.reducer?.(key);
  if (reduced instanceof PickledGlobal) return writeGlobal(writer, reduced);
  const type: unknown =
    typeof value === 'function' ? value : (Object.getPrototypeOf(value) as object).constructor;
  const found = settings.table.of(type);
  if (typeof value === 'function' && reduced === undefined) {
    if (found !== undefined) return writeGlobal(writer, found.global);
    throw new PicklingError(`the function ${value.name || '(anonymous)'} cannot be pickled`);
  }
  const dump: ((object: object, protocol: number) => Reduction) | undefined = found?.known?.dump;
  if (reduced === undefined && dump === undefined) {
    const name = typeof type === 'function' ? type.name : 'no class';
    throw new PicklingError(`an object of ${name} cannot be pickled: say in classes how it is written`);
  }
  const reduction = reduced ?? dump?.(value, protocol);
  if (typeof reduction !== 'object' || reduction === null)
    throw new PicklingError('what an object is reduced to is an object: { args, state, … }');
  const { call } = reduction;
  const global = typeof call === 'string' ? globalOf(call) : (call ?? found?.global);
  if (!(global instanceof PickledGlobal) || global.module === '' || global.name === '')
    throw new PicklingError("a reduction has a call: 'module.name', or a PickledGlobal");
  return writeReduction(writer, global, reduction, key);
}

/** Writes what was read with `unknown: 'keep'`, as it was. */
export function writeKept(writer: Writing, kept: PickledObject): boolean {
  const { type, args, kwargs, isNew, state, items, entries } = kept;
  const named = kwargs === undefined ? {} : { kwargs: kwargs as ReadonlyMap<string, unknown> };
  const more = { ...(items && { items }), ...(entries && { entries }) };
  return writeReduction(writer, type, { args, isNew, state, ...named, ...more }, kept);
}

function writeReduction(
  writer: Writing,
  global: PickledGlobal,
  reduction: Reduction,
  key: object,
): boolean {
  const { args = [], kwargs, isNew = false, state, items, entries } = reduction;
  if (!Array.isArray(args)) throw new PicklingError(`the args of ${String(global)} are an array`);
  if (kwargs !== undefined && !(kwargs instanceof Map))
    throw new PicklingError(`the kwargs of ${String(global)} are a Map`);
  for (const [what, given] of Object.entries({ items, entries }))
    if (given !== undefined && typeof (given as Partial<Iterable<unknown>>)[Symbol.iterator] !== 'function')
      throw new PicklingError(`the ${what} of ${String(global)} are no iterable`);
  const { sink, protocol } = writer;
  const put = (code: number): boolean => (sink.byte(code), true);
  const steps: (() => boolean)[] = [];
  if (kwargs !== undefined && kwargs.size > 0) {
    if (!isNew || protocol < 4)
      throw new PicklingError(`named arguments of ${String(global)} want isNew and protocol 4`);
    steps.push(
      () => writeGlobal(writer, global),
      () => writer.saveTuple(args as readonly unknown[], args),
      () => writer.save(new Map(kwargs)),
      () => put(0x92),
    );
  } else if (isNew && protocol < 2) {
    const base = new PickledGlobal('builtins', 'object');
    const without = args.length === 0;
    const given: unknown[] = without ? [global, base, null] : [global, ...(args as unknown[])];
    const maker = new PickledGlobal('copyreg', without ? '_reconstructor' : '__newobj__');
    steps.push(
      () => writeGlobal(writer, maker),
      () => writer.saveTuple(given, given),
      () => put(0x52),
    );
  } else
    steps.push(
      () => writeGlobal(writer, global),
      () => writer.saveTuple(args as readonly unknown[], args),
      () => put(isNew ? 0x81 : 0x52),
    );
  steps.push(() => {
    // Its arguments have led back to it, and written it.
    if (writer.memo.has(key)) return put(0x30) && writer.recall(key);
    writer.memoize(key);
    return true;
  });
  if (items !== undefined) steps.push(() => writer.later(new ItemsWork(items)));
  if (entries !== undefined) steps.push(() => writer.later(new DictWork(flat(entries))));
  if (state !== undefined)
    steps.push(
      () => writer.save(state),
      () => put(0x62),
    );
  return writer.later(new Sequence(...steps));
}
