// Running a pickle. Here are the opcodes that most pickles consist of; the others are in `rareOpcodes.ts`.
//
// 1. An opcode does nothing before all of its argument is there: where bytes are missing, `runMachine` returns false, with `needs`
//    of them to come, and begins with the same opcode again. So a pickle is read from a stream by the very machine.
// 2. Nothing recurses, however deep the value is.
// 3. Whatever bytes there are, there comes a value or an UnpicklingError.

import { opcodeName } from '../opcodes.ts';
import { addItems, appendItems, setItems } from './fill.ts';
import { SHORT_OF_BYTES } from './machine.ts';
import type { Machine } from './machine.ts';
import { rareOpcodes } from './rareOpcodes.ts';

/** Runs up to STOP, and returns true; false where bytes are missing. */
export function runMachine(machine: Machine): boolean {
  try {
    runOpcodes(machine);
    return true;
  } catch (error) {
    if (error !== SHORT_OF_BYTES) throw error;
    machine.at = machine.opcodeAt;
    if (machine.at + machine.needs > machine.settings.maxBytes) throw machine.overLimit('maxBytes');
    return false;
  }
}

function runOpcodes(machine: Machine): void {
  const { stack } = machine;
  const { maxItems } = machine.settings;
  for (;;) {
    machine.opcodeAt = machine.at;
    if (++machine.items > maxItems) throw machine.overLimit('maxItems');
    const opcode = machine.bytes[machine.take(1)] as number;
    switch (opcode) {
      case 0x8c: // SHORT_BINUNICODE
        stack.push(machine.text(machine.uint1()));
        break;
      case 0x58: // BINUNICODE
        stack.push(machine.text(machine.uint4()));
        break;
      case 0x94: // MEMOIZE
        machine.put(machine.memoized, machine.top());
        break;
      case 0x68: // BINGET
        stack.push(machine.get(machine.uint1()));
        break;
      case 0x6a: // LONG_BINGET
        stack.push(machine.get(machine.uint4()));
        break;
      case 0x71: // BINPUT
        machine.put(machine.uint1(), machine.top());
        break;
      case 0x72: // LONG_BINPUT
        machine.put(machine.uint4(), machine.top());
        break;
      case 0x4b: // BININT1
        machine.pushInt(machine.uint1());
        break;
      case 0x4d: {
        // BININT2
        const at = machine.take(2);
        machine.pushInt((machine.bytes[at] as number) | ((machine.bytes[at + 1] as number) << 8));
        break;
      }
      case 0x4a: // BININT
        machine.pushInt(machine.uint4() | 0);
        break;
      case 0x47: // BINFLOAT
        machine.pushFloat(machine.bytes.readDoubleBE(machine.take(8)));
        break;
      case 0x4e: // NONE
        stack.push(null);
        break;
      case 0x88: // NEWTRUE
        stack.push(true);
        break;
      case 0x89: // NEWFALSE
        stack.push(false);
        break;
      case 0x28: // MARK
        machine.marks.push(machine.fence);
        machine.fence = stack.length;
        break;
      case 0x7d: // EMPTY_DICT
        stack.push(machine.settings.objects ? {} : new Map());
        break;
      case 0x5d: // EMPTY_LIST
        stack.push([]);
        break;
      case 0x29: // EMPTY_TUPLE
        machine.pushTuple(stack.length);
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        machine.pushTuple(machine.below(opcode - 0x84));
        break;
      case 0x74: // TUPLE
        machine.pushTuple(machine.popMark());
        break;
      case 0x75: // SETITEMS
        setItems(machine, machine.popMark());
        break;
      case 0x73: // SETITEM
        setItems(machine, machine.below(2));
        break;
      case 0x65: // APPENDS
        appendItems(machine, machine.popMark());
        break;
      case 0x61: // APPEND
        appendItems(machine, machine.below(1));
        break;
      case 0x90: // ADDITEMS
        addItems(machine, machine.popMark());
        break;
      case 0x2e: // STOP
        machine.top();
        return;
      default: {
        const rare = rareOpcodes[opcode];
        if (rare === undefined) throw machine.error(`no opcode is ${opcodeName(opcode)}`);
        rare(machine);
      }
    }
  }
}
