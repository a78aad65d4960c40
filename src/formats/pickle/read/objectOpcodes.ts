// Classes by their names, objects of them, and their states. The only place where a pickle has anything called: the
// function that the table of classes has for the name.

import { modernName } from '../classes/classTable.ts';
import { UnpicklingError } from '../pickleErrors.ts';
import { PickledGlobal, PickledObject } from '../values/containers.ts';
import type { Machine, Made } from './machine.ts';

const NONE: ReadonlyMap<unknown, unknown> = new Map();

/** Functions of copyreg by which protocols below 2 make objects: their first argument is the class. */
const makers: ReadonlySet<string> = new Set([
  'copyreg._reconstructor',
  'copyreg.__newobj__',
  'copyreg.__newobj_ex__',
]);

/** Puts the class called so on the stack. @throws UnpicklingError unless it is allowed */
export function pushGlobal(machine: Machine, givenModule: string, givenName: string): void {
  const { settings, protocol } = machine;
  const old = settings.fixImports && protocol < 3;
  const [module, name] = old ? modernName(givenModule, givenName) : [givenModule, givenName];
  const full = `${module}.${name}`;
  if (!makers.has(full) && settings.table.named(module, name) === undefined && !settings.keepUnknown)
    throw machine.error(
      `${full} is not among the classes that may be read: allow it in classes`,
      'forbidden',
    );
  machine.stack.push(new PickledGlobal(module, name));
}

/** Makes an object of the class `type` and puts it on the stack. */
export function pushObject(
  machine: Machine,
  type: unknown,
  args: unknown,
  kwargs: unknown,
  isNew: boolean,
): void {
  if (!(type instanceof PickledGlobal)) throw machine.error('an object is made of what is no class');
  if (!Array.isArray(args)) throw machine.error('the arguments of a call are no tuple');
  const given = kwargs === undefined ? NONE : toMap(machine, kwargs);
  if (makers.has(String(type))) return pushMade(machine, type, args as unknown[], isNew);
  const known = machine.settings.table.named(type.module, type.name);
  const made: Made = { name: String(type), known };
  let object: unknown;
  if (known === undefined)
    object = new PickledObject(type, args, kwargs === undefined ? undefined : given, isNew);
  else if (known.load === undefined)
    throw machine.error(`${made.name} may be named, and not made`, 'forbidden');
  else {
    const { load } = known;
    object = ofClass(machine, made, () => load(args as readonly unknown[], given));
  }
  if (object === undefined) throw machine.error(`the load of ${made.name} returned nothing`, 'class');
  if (typeof object === 'object' && object !== null) (machine.made ??= new Map()).set(object, made);
  machine.stack.push(object);
}

/** As copyreg's functions: `_reconstructor(cls, base, state)`, `__newobj__(cls, *args)`, `__newobj_ex__(cls, args, kwargs)`. */
function pushMade(machine: Machine, maker: PickledGlobal, args: readonly unknown[], isNew: boolean): void {
  const [type, second, third] = args;
  if (isNew || args.length === 0) throw machine.error(`${maker.name} is no class`);
  if (maker.name === '__newobj__') return pushObject(machine, type, args.slice(1), undefined, true);
  if (maker.name === '__newobj_ex__') return pushObject(machine, type, second, third ?? NONE, true);
  // A base other than object, as a class derived from list has, comes with what that holds.
  const isPlain = second instanceof PickledGlobal && String(second) === 'builtins.object';
  pushObject(machine, type, isPlain ? [] : [third], undefined, true);
}

/** BUILD: gives the object below the state on top. */
export function build(machine: Machine): void {
  machine.below(2);
  const state = machine.stack.pop();
  const object = machine.stack.at(-1);
  const made = machine.made?.get(object);
  if (object instanceof PickledObject && made?.known === undefined) object.state = state;
  else if (made?.known?.setState !== undefined) {
    const { setState } = made.known;
    ofClass(machine, made, () => setState(object as never, state));
  } else if (state !== null)
    throw machine.error(
      `${made?.name ?? 'a value of no class'} takes no state`,
      made ? 'class' : 'corrupt',
    );
}

export function madeOf(machine: Machine, object: unknown): Made | undefined {
  return machine.made?.get(object);
}

/** Runs what a class says; what it throws is an UnpicklingError's cause. */
export function ofClass<T>(machine: Machine, made: Made, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnpicklingError) throw error;
    const why = error instanceof Error ? `: ${error.message}` : '';
    throw machine.error(`${made.name} refuses what the pickle has for it${why}`, 'class', error);
  }
}

function toMap(machine: Machine, kwargs: unknown): ReadonlyMap<unknown, unknown> {
  if (kwargs instanceof Map) return kwargs as Map<unknown, unknown>;
  if (typeof kwargs === 'object' && kwargs !== null && !Array.isArray(kwargs))
    return new Map(Object.entries(kwargs));
  throw machine.error('the named arguments of a call are no dict');
}
