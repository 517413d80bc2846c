/**
 * A reader for the pickles of the CIFAR data sets. A pickle is a program for a small stack machine that may call
 * any Python function; this reader knows the opcodes that plain data and numpy byte arrays need, and the five
 * names in `known`, and refuses everything else. Nothing is ever executed.
 *
 * Opcodes: https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
import { dataError } from "../errors.ts";
import { call, Dict, Global, type PickleValue, setState } from "./pickle_values.ts";

/** Parses a pickle of protocol 2 to 4; `file` is its name in messages. */
export function parsePickle(bytes: Uint8Array, file: string): PickleValue {
  const machine = new Machine(bytes);
  try {
    return machine.run();
  } catch (cause) {
    const why = cause instanceof RangeError || cause instanceof TypeError ? cause.message : String(cause);
    throw dataError(`${file} is not a CIFAR pickle that can be read: ${why} (at byte ${machine.at}).`, {
      cause,
    });
  }
}

/** Stands on the stack where a tuple, list or dict begins. */
const stackMark = Symbol("mark");

class Machine {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: (PickleValue | typeof stackMark)[] = [];
  readonly #memo = new Map<number, PickleValue>();
  /** Bytes made by calls. */
  #made = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#take(1)[0]!;
      if (opcode === 0x2e) return this.#pop(); // STOP
      const step = this.#steps[opcode];
      if (step === undefined) throw new TypeError(`opcode 0x${opcode.toString(16)} is not allowed`);
      step();
    }
  }

  /** What each allowed opcode does, with its name in Python's table. */
  readonly #steps: Record<number, () => void> = {
    0x80: () => this.#protocol(), // PROTO
    0x95: () => void this.#take(8), // FRAME
    0x4e: () => this.#push(null), // NONE
    0x88: () => this.#push(true), // NEWTRUE
    0x89: () => this.#push(false), // NEWFALSE
    0x4b: () => this.#push(this.#unsigned(1)), // BININT1
    0x4d: () => this.#push(this.#unsigned(2)), // BININT2
    0x4a: () => this.#push(this.#unsigned(4) | 0), // BININT
    0x8a: () => this.#push(this.#long()), // LONG1
    0x55: () => this.#push(this.#bytesOf(1)), // SHORT_BINSTRING
    0x54: () => this.#push(this.#bytesOf(4)), // BINSTRING
    0x43: () => this.#push(this.#bytesOf(1)), // SHORT_BINBYTES
    0x42: () => this.#push(this.#bytesOf(4)), // BINBYTES
    0x8e: () => this.#push(this.#bytesOf(8)), // BINBYTES8
    0x8c: () => this.#push(this.#text(1)), // SHORT_BINUNICODE
    0x58: () => this.#push(this.#text(4)), // BINUNICODE
    0x5d: () => this.#push([]), // EMPTY_LIST
    0x29: () => this.#push([]), // EMPTY_TUPLE
    0x7d: () => this.#push(new Dict()), // EMPTY_DICT
    0x28: () => void this.#stack.push(stackMark), // MARK
    0x74: () => this.#push(this.#popToMark()), // TUPLE
    0x85: () => this.#push(this.#popMany(1)), // TUPLE1
    0x86: () => this.#push(this.#popMany(2)), // TUPLE2
    0x87: () => this.#push(this.#popMany(3)), // TUPLE3
    0x61: () => this.#append(this.#popMany(1)), // APPEND
    0x65: () => this.#append(this.#popToMark()), // APPENDS
    0x73: () => this.#setItems(this.#popMany(2)), // SETITEM
    0x75: () => this.#setItems(this.#popToMark()), // SETITEMS
    0x71: () => this.#remember(this.#unsigned(1)), // BINPUT
    0x72: () => this.#remember(this.#unsigned(4)), // LONG_BINPUT
    0x94: () => this.#remember(this.#memo.size), // MEMOIZE
    0x68: () => this.#recall(this.#unsigned(1)), // BINGET
    0x6a: () => this.#recall(this.#unsigned(4)), // LONG_BINGET
    0x63: () => this.#push(new Global(this.#line(), this.#line())), // GLOBAL
    0x93: () => this.#stackGlobal(), // STACK_GLOBAL
    0x52: () => this.#reduce(), // REDUCE
    0x62: () => this.#build(), // BUILD
  };

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw new RangeError("the file is truncated");
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  #unsigned(width: 1 | 2 | 4 | 8): number {
    const start = this.at;
    this.#take(width);
    if (width === 1) return this.#view.getUint8(start);
    if (width === 2) return this.#view.getUint16(start, true);
    if (width === 4) return this.#view.getUint32(start, true);
    return Number(this.#view.getBigUint64(start, true));
  }

  #protocol(): void {
    const protocol = this.#unsigned(1);
    if (protocol < 2 || protocol > 4) throw new TypeError(`pickle protocol ${protocol} is not supported`);
  }

  /** A little-endian two's-complement integer of up to 6 bytes. */
  #long(): number {
    const bytes = this.#take(this.#unsigned(1));
    if (bytes.length > 6) throw new RangeError("an integer is too large");
    const value = bytes.reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
    return (bytes.at(-1) ?? 0) >= 128 ? value - 2 ** (8 * bytes.length) : value;
  }

  #bytesOf(width: 1 | 4 | 8): Uint8Array {
    return this.#take(this.#unsigned(width));
  }

  #text(width: 1 | 4): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.#bytesOf(width));
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new RangeError("the file is truncated");
    const line = new TextDecoder().decode(this.#take(end - this.at));
    this.#take(1);
    return line;
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === stackMark) throw new TypeError("its stack is unbalanced");
    return value as PickleValue;
  }

  #popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #popToMark(): PickleValue[] {
    const mark = this.#stack.lastIndexOf(stackMark);
    if (mark < 0) throw new TypeError("its stack is unbalanced");
    const values = this.#stack.splice(mark).slice(1);
    return values as PickleValue[];
  }

  #append(values: PickleValue[]): void {
    const list = this.#stack.at(-1);
    if (!Array.isArray(list)) throw new TypeError("it appends to something that is not a list");
    for (const value of values) list.push(value);
  }

  #setItems(values: PickleValue[]): void {
    const dict = this.#stack.at(-1);
    if (!(dict instanceof Dict)) throw new TypeError("it sets items of something that is not a dict");
    for (let i = 0; i + 1 < values.length; i += 2) dict.set(values[i]!, values[i + 1]!);
  }

  #remember(slot: number): void {
    const value = this.#pop();
    this.#memo.set(slot, value);
    this.#push(value);
  }

  #recall(slot: number): void {
    const value = this.#memo.get(slot);
    if (value === undefined) throw new TypeError(`it recalls the unknown memo ${slot}`);
    this.#push(value);
  }

  #stackGlobal(): void {
    const [module, name] = this.#popMany(2);
    if (typeof module !== "string" || typeof name !== "string") {
      throw new TypeError("it has a malformed global");
    }
    this.#push(new Global(module, name));
  }

  #reduce(): void {
    const [callee, args] = this.#popMany(2);
    const value = call(callee!, args!);
    // Of one text many byte strings can be made, each with a few bytes of the file.
    if (value instanceof Uint8Array) this.#made += value.length;
    if (this.#made > this.#bytes.length) throw new RangeError("it makes more bytes than it holds");
    this.#push(value);
  }

  #build(): void {
    const state = this.#pop();
    setState(this.#stack.at(-1) as PickleValue, state);
  }
}
