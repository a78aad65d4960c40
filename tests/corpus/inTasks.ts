// Imported before a package's tests: each of them runs in a task, so that what they await is waited for as in a program
// of ours.

import { registerHooks, syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import { spawn } from '../../src/asyncio.ts';

type Any = (...args: unknown[]) => unknown;

/** A function that declares a test: the first function that it is given is the body; those behind it ava gives to that. */
function declaring(declare: Any): Any {
  return new Proxy(declare, {
    apply(target, self, args: unknown[]) {
      const body = args.findIndex((arg) => typeof arg === 'function');
      return Reflect.apply(target, self, body < 0 ? args : args.with(body, inTask(args[body] as Any)));
    },
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' && name !== 'prototype' ? declaring(value as Any) : value;
    },
  });
}

function inTask(body: Any): Any {
  const run = function (this: unknown, ...args: unknown[]): unknown {
    return spawn(async () => Reflect.apply(body, this, args));
  };
  // What takes a callback tells by the number of its parameters.
  return body.length > 1 ? body : Object.defineProperty(run, 'length', { value: body.length });
}

const names = ['test', 'it', 'before', 'after', 'beforeEach', 'afterEach'];
const nodeTest = process.getBuiltinModule('node:test') as unknown as Record<string, Any>;
for (const name of names) nodeTest[name] = declaring(nodeTest[name] as Any);
syncBuiltinESMExports();

(globalThis as Record<string, unknown>)['corpusDeclaring'] = declaring;
const wrapper = `import test from 'ava?whole'; export default globalThis.corpusDeclaring(test);`;
const url = `data:text/javascript,${encodeURIComponent(wrapper)}`;
let ava = '';
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'ava?whole') return { url: ava, shortCircuit: true };
    const found = next(specifier, context);
    if (specifier !== 'ava' || context.parentURL?.includes('/node_modules/') === true) return found;
    ava = found.url;
    return { ...found, url, shortCircuit: true };
  },
});
