// Which class of Python's a name is, and which one an object here: the caller's, then the standard ones.

import { InvalidArgumentError } from '../../../asyncio.ts';
import { PickledGlobal } from '../values/containers.ts';
import { plainClass } from './pickleClass.ts';
import type { AnyPickleClass, PickleClasses } from './pickleClass.ts';
import { standardClasses } from './standard.ts';

/** A class by its name, with how it is read and written; `known` is undefined where nobody has allowed it. */
export interface FoundClass {
  readonly global: PickledGlobal;
  readonly known: AnyPickleClass | undefined;
}

export class ClassTable {
  readonly #byName: ReadonlyMap<string, AnyPickleClass>;
  readonly #byType: ReadonlyMap<unknown, FoundClass>;

  constructor(classes: ReadonlyMap<string, AnyPickleClass>) {
    this.#byName = new Map([...classes].map(([name, known]) => [name.replace(':', '.'), known]));
    const byType = new Map<unknown, FoundClass>();
    for (const [name, known] of classes) {
      // The caller's come first, and a class is written by the first name it has.
      if (known.type === undefined || byType.has(known.type)) continue;
      byType.set(known.type, { global: globalOf(name), known });
    }
    this.#byType = byType;
  }

  /** What is called `module.name`. */
  named(module: string, name: string): AnyPickleClass | undefined {
    return this.#byName.get(`${module}.${name}`);
  }

  /** What the objects of a class of JavaScript's are written as, or the class itself. */
  of(type: unknown): FoundClass | undefined {
    return this.#byType.get(type);
  }
}

const standard = new ClassTable(standardClasses);
const tables = new WeakMap<PickleClasses, ClassTable>();

/** The caller's classes before the standard ones. A table is made once for an object, so leave it as it is.
 * @throws InvalidArgumentError for what is no table of classes */
export function classTable(classes: PickleClasses | undefined): ClassTable {
  if (classes === undefined) return standard;
  if (typeof classes !== 'object' || classes === null)
    throw new InvalidArgumentError('classes', 'classes is an object: Python names, and what they are here');
  const made = tables.get(classes) ?? new ClassTable(new Map([...given(classes), ...rest(classes)]));
  tables.set(classes, made);
  return made;
}

function* given(classes: PickleClasses): Iterable<[string, AnyPickleClass]> {
  for (const [name, one] of Object.entries(classes)) {
    if (!/^[^.]+\../.test(name))
      throw new InvalidArgumentError('classes', `the name of a class is 'module.Name', not '${name}'`);
    if (typeof one === 'function') yield [name, plainClass(one)];
    else if (typeof one === 'object' && one !== null) yield [name, one];
    else throw new InvalidArgumentError('classes', `${name} is neither a class nor says how to read one`);
  }
}

function* rest(classes: PickleClasses): Iterable<[string, AnyPickleClass]> {
  for (const entry of standardClasses) if (!Object.hasOwn(classes, entry[0])) yield entry;
}

/** `'package.module.Name'`: what is behind the last dot is the name; `'module:Outer.Inner'` says where it begins. */
export function globalOf(name: string): PickledGlobal {
  const at = name.includes(':') ? name.indexOf(':') : name.lastIndexOf('.');
  return new PickledGlobal(name.slice(0, Math.max(0, at)), name.slice(at + 1));
}

/** Names of Python 2 and 3, for protocols 0 to 2. */
const modules: Readonly<Record<string, string>> = { __builtin__: 'builtins', copy_reg: 'copyreg' };
const names: Readonly<Record<string, string>> = {
  '__builtin__.xrange': 'range',
  '__builtin__.unicode': 'str',
  '__builtin__.basestring': 'str',
  '__builtin__.long': 'int',
};

/** What Python 2's name is in Python 3. */
export function modernName(module: string, name: string): [string, string] {
  const full = `${module}.${name}`;
  return [
    Object.hasOwn(modules, module) ? (modules[module] as string) : module,
    Object.hasOwn(names, full) ? (names[full] as string) : name,
  ];
}

/** What Python 3's name was in Python 2. */
export function oldName(module: string, name: string): [string, string] {
  if (module === 'copyreg') return ['copy_reg', name];
  if (module !== 'builtins') return [module, name];
  // The standard library's own pickles of a range and of text in Python 3 name these.
  const was: Readonly<Record<string, string>> = { range: 'xrange', str: 'unicode', int: 'long' };
  return ['__builtin__', Object.hasOwn(was, name) ? (was[name] as string) : name];
}
