// What makes a class of ours stand in for one of the platform's.

/** Puts `light` in front of `native`: its objects are instances of both, and those of `native` are instances of it. A
 * class that a program derives from it is an ordinary one. */
export function standInFor(light: { prototype: object }, native: { prototype: object }): void {
  Object.setPrototypeOf(light.prototype, native.prototype);
  Object.setPrototypeOf(light, native);
  Object.defineProperty(light, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, value: unknown): boolean {
      return ordinary.call(this === light ? native : (this as never), value);
    },
  });
}

const ordinary = Function.prototype[Symbol.hasInstance];
