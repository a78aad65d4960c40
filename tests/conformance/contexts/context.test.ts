// What Python's test_context asks of contexts and their variables, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  Context,
  ContextVar,
  copyContext,
  InvalidArgumentError,
  Token,
  UsageError,
} from '../../../src/asyncio.ts';
import { failsWith } from '../../outcome.ts';

const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');
const misuse = failsWith(UsageError, 'ERR_ASYNCIO_USAGE');

/** `{ using t = token; body(t); }`, for Node 22 too, which does not know the syntax. */
function block<T>(token: Token<T>, body: (token: Token<T>) => void): void {
  try {
    body(token);
  } finally {
    token[Symbol.dispose]();
  }
}

// asyncio: test_context_var_new_1
test('a context variable has a name that is a string', () => {
  const variable = new ContextVar('aaa');
  assert.equal(variable.name, 'aaa');
  assert.throws(() => Object.assign(variable, { name: 'bbb' }), TypeError);
  assert.equal(variable.name, 'aaa');
  assert.throws(() => new ContextVar(1 as never), badArgument);
  assert.throws(() => new ContextVar(undefined as never), badArgument);
});

// asyncio: test_context_var_repr_1
test('inspect of a context variable shows its name', () => {
  assert.equal(inspect(new ContextVar('a')), '<ContextVar a>');
});

// asyncio: test_token_repr_1
test('a token knows its variable and the value before', () => {
  const variable = new ContextVar<number>('abcde');
  new Context().run(() => {
    const first = variable.set(1);
    assert.equal(first.var, variable);
    assert.equal(first.oldValue, Token.MISSING);
    const second = variable.set(2);
    assert.equal(second.oldValue, 1);
    assert.equal(inspect(second), '<Token of abcde>');
    variable.reset(second);
    assert.equal(inspect(second), '<Token of abcde used>');
  });
});

// asyncio: test_context_new_1, test_context_get_context_1
test('a new context is empty, and copyContext gives one of its own', () => {
  assert.equal(new Context().size, 0);
  const context = copyContext();
  assert.ok(context instanceof Context);
  assert.notEqual(copyContext(), context);
});

// asyncio: test_context_isinstance
test('a context can be asked for its variables', () => {
  const variable = new ContextVar<number>('v');
  const other = new ContextVar<number>('w');
  const context = new Context();
  context.run(() => variable.set(1));
  assert.equal(context.has(variable), true);
  assert.equal(context.has(other), false);
  assert.equal(context.get(variable), 1);
  assert.equal(context.get(other), undefined);
  assert.equal(context.get(other, 7), 7);
  assert.deepEqual([...context.keys()], [variable]);
  assert.deepEqual([...context.values()], [1]);
  assert.deepEqual([...context], [[variable, 1]]);
});

// asyncio: test_context_run_1, test_context_run_2
test('run calls the function in the context, passes arguments and returns its result', () => {
  const context = new Context();
  assert.equal(
    context.run((a: number, b: string) => `${a}${b}`, 1, 'x'),
    '1x',
  );
  assert.throws(() => context.run(undefined as never));
  assert.throws(
    () =>
      context.run(() => {
        throw new RangeError('inner');
      }),
    RangeError,
  );
  assert.equal(
    context.run(() => 'still usable'),
    'still usable',
  );
});

// asyncio: test_context_run_3
test('an error that leaves run leaves what was set in the context', () => {
  const variable = new ContextVar<number>('v');
  const context = new Context();
  assert.throws(
    () =>
      context.run(() => {
        variable.set(42);
        throw new RangeError('after');
      }),
    RangeError,
  );
  assert.equal(context.get(variable), 42);
});

// asyncio: test_context_run_4
test('runs nest: each sees its own context', () => {
  const variable = new ContextVar<number>('v');
  const outer = new Context();
  const inner = new Context();
  outer.run(() => {
    variable.set(1);
    inner.run(() => {
      assert.throws(() => variable.get(), misuse);
      variable.set(2);
      assert.equal(variable.get(), 2);
    });
    assert.equal(variable.get(), 1);
    assert.equal(inner.get(variable), 2);
    assert.equal(outer.get(variable), 1);
  });
});

// asyncio: test_context_run_5
test('what is set in a run is not seen outside', () => {
  const variable = new ContextVar<number>('v', { default: -1 });
  copyContext().run(() => {
    assert.equal(variable.get(), -1);
    variable.set(42);
    assert.equal(variable.get(), 42);
  });
  assert.equal(variable.get(), -1);
});

// asyncio: test_context_run_6
test('what is set in a run is seen in its context at once', () => {
  const variable = new ContextVar<number>('v', { default: 0 });
  const context = new Context();
  context.run(() => {
    assert.equal(variable.get(), 0);
    assert.equal(context.get(variable), undefined);
    variable.set(42);
    assert.equal(variable.get(), 42);
    assert.equal(context.get(variable), 42);
  });
});

test('a run in a copy of the context it stands in leaves that alone', () => {
  const variable = new ContextVar<number>('v', { default: 0 });
  new Context().run(() => {
    variable.set(10);
    assert.equal(
      copyContext().run(() => {
        variable.set(variable.get() + 1);
        return variable.get();
      }),
      11,
    );
    assert.equal(variable.get(), 10);
  });
});

// asyncio: test_context_run_7
test('a context that is entered cannot be entered again', () => {
  const context = new Context();
  assert.throws(() => context.run(() => context.run(() => {})), misuse);
  context.run(() => {});
});

// asyncio: test_context_getset_1
test('get prefers the value, then the fallback, then the default, and throws without', () => {
  const plain = new ContextVar<number | undefined>('plain');
  const withDefault = new ContextVar<number>('default', { default: 42 });
  new Context().run(() => {
    assert.throws(() => plain.get(), misuse);
    assert.equal(plain.get(undefined), undefined);
    assert.equal(plain.get(10), 10);
    assert.equal(withDefault.get(), 42);
    assert.equal(withDefault.get(1), 1);
    const token = plain.set(20);
    assert.equal(plain.get(), 20);
    assert.equal(plain.get(10), 20);
    plain.reset(token);
    assert.throws(() => plain.get(), misuse);
    withDefault.set(0);
    assert.equal(withDefault.get(1), 0);
  });
});

// asyncio: test_context_getset_1
test('reset sets back what was there before each set', () => {
  const variable = new ContextVar<string>('v');
  new Context().run(() => {
    const first = variable.set('a');
    const second = variable.set('b');
    variable.reset(second);
    assert.equal(variable.get(), 'a');
    variable.set('c');
    assert.throws(() => variable.reset(second), misuse);
    assert.equal(variable.get(), 'c');
    const copy = copyContext();
    variable.reset(first);
    assert.equal(variable.get('none'), 'none');
    assert.deepEqual([...copy], [[variable, 'c']]);
    assert.deepEqual([copyContext().has(variable), copyContext().size], [false, 0]);
  });
});

// asyncio: test_context_getset_2
test('reset refuses the token of another variable', () => {
  const a = new ContextVar<number>('a');
  const b = new ContextVar<number>('b');
  new Context().run(() => {
    const token = a.set(42);
    assert.throws(() => b.reset(token), badArgument);
    a.reset(token);
  });
});

// asyncio: test_context_getset_3
test('reset refuses a token that was used already', () => {
  const variable = new ContextVar<number>('v', { default: 42 });
  const context = new Context();
  context.run(() => {
    assert.deepEqual([context.get(variable), context.get(variable, 7)], [undefined, 7]);
    assert.deepEqual([context.has(variable), [...context.keys()]], [false, []]);
    const token = variable.set(1);
    assert.deepEqual([context.get(variable), [...context.keys()]], [1, [variable]]);
    variable.reset(token);
    assert.deepEqual([context.get(variable), [...context.keys()]], [undefined, []]);
    assert.throws(() => variable.reset(token), misuse);
    assert.equal(variable.get(), 42);
  });
});

// asyncio: test_context_getset_4
test('reset refuses a token that was made in another context', () => {
  const variable = new ContextVar<number>('v', { default: 42 });
  const context = new Context();
  const token = context.run(() => variable.set(1));
  assert.throws(() => variable.reset(token), badArgument);
  context.run(() => variable.reset(token));
  assert.equal(context.has(variable), false);
});

// asyncio: test_context_getset_5
test('a set may be reset while a value of an outer context has the same variable', () => {
  const variable = new ContextVar<number[]>('v', { default: [] });
  new Context().run(() => {
    variable.set([1]);
    copyContext().run(() => {
      const token = variable.set([2]);
      variable.reset(token);
      assert.deepEqual(variable.get(), [1]);
    });
    assert.deepEqual(variable.get(), [1]);
  });
});

// asyncio: test_context_copy_1
test('a copy starts with the same values and goes its own way', () => {
  const variable = new ContextVar<number>('v');
  const context = new Context();
  context.run(() => variable.set(10));
  const copy = context.copy();
  assert.deepEqual([...copy], [...context]);
  copy.run(() => variable.set(20));
  assert.equal(context.get(variable), 10);
  assert.equal(copy.get(variable), 20);
  context.run(() => {
    variable.set(30);
    const inside = context.copy();
    variable.set(40);
    assert.equal(inside.get(variable), 30);
  });
});

// asyncio: test_token_contextmanager_with_default, test_token_contextmanager_without_default
test('using a token sets the variable back at the end of the block', () => {
  for (const variable of [new ContextVar<number>('d', { default: 42 }), new ContextVar<number>('n')]) {
    new Context().run(() => {
      block(variable.set(36), (token) => {
        assert.equal(variable.get(), 36);
        assert.equal(token.var, variable);
      });
      assert.equal(variable.get(42), 42);
    });
  }
});

// asyncio: test_token_contextmanager_on_exception
test('using a token sets the variable back when the block throws', () => {
  const variable = new ContextVar<number>('v', { default: 42 });
  new Context().run(() => {
    assert.throws(
      () =>
        block(variable.set(36), () => {
          throw new RangeError('block');
        }),
      RangeError,
    );
    assert.equal(variable.get(), 42);
  });
});

// asyncio: test_token_contextmanager_reentrant
test('using one token twice is refused at the second end', () => {
  const variable = new ContextVar<number>('v', { default: 42 });
  new Context().run(() => {
    const token = variable.set(36);
    const twice = (): void => block(token, () => block(token, () => assert.equal(variable.get(), 36)));
    assert.throws(twice, misuse);
    assert.equal(variable.get(), 42);
  });
});

// asyncio: test_token_contextmanager_multiple_c_set
test('a block of a token ends with the value before it, whatever was set inside', () => {
  const variable = new ContextVar<number>('v', { default: 42 });
  new Context().run(() => {
    block(variable.set(36), () => {
      variable.set(24);
      assert.equal(variable.get(), 24);
      variable.set(12);
    });
    assert.equal(variable.get(), 42);
  });
});

// asyncio: test_token_contextmanager_with_explicit_reset_the_same_token
test('a token that was reset inside its block is refused at the end', () => {
  const variable = new ContextVar<number>('v', { default: 42 });
  new Context().run(() => {
    const early = (): void =>
      block(variable.set(36), (token) => {
        variable.reset(token);
        assert.equal(variable.get(), 42);
      });
    assert.throws(early, misuse);
  });
});

// asyncio: test_token_contextmanager_with_explicit_reset_another_token
test('another token may be reset inside the block', () => {
  const variable = new ContextVar<number>('v', { default: 42 });
  new Context().run(() => {
    block(variable.set(36), () => {
      const inner = variable.set(28);
      variable.reset(inner);
      assert.equal(variable.get(), 36);
    });
    assert.equal(variable.get(), 42);
  });
});

// asyncio: test_hamt_basics_1, test_hamt_basics_3, test_hamt_delete_1, test_hamt_items_1, test_hamt_keys_1, test_hamt_in_1, test_hamt_getitem_1, test_hamt_stress
test('contexts with many variables stay right under random sets, resets and copies', () => {
  const variables = Array.from({ length: 100 }, (_, i) => new ContextVar<number>(`v${i}`));
  let seed = 12345;
  const random = (limit: number): number => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed % limit;
  };
  const context = new Context();
  const snapshots: { copy: Context; model: Map<ContextVar<number>, number> }[] = [];
  const model = new Map<ContextVar<number>, number>();
  context.run(() => {
    for (let i = 0; i < 2000; i++) {
      const variable = variables[random(100)] as ContextVar<number>;
      if (random(3) === 0) {
        const had = model.get(variable);
        const token = variable.set(-1);
        variable.reset(token);
        assert.equal(variable.get(undefined as never), had);
      } else {
        variable.set(i);
        model.set(variable, i);
      }
      if (i % 200 === 0) snapshots.push({ copy: context.copy(), model: new Map(model) });
    }
  });
  assert.deepEqual(new Map(context), model);
  for (const { copy, model: then } of snapshots) assert.deepEqual(new Map(copy), then);
});
