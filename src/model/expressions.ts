/** Expressions of a shader as code, with what they cost, and the steps that hold them. */
import type { Access, Code, Part, Parts, Step, Thread } from "./parts.ts";
import {
  binary,
  bitcast,
  builtins,
  converted,
  each,
  isComparison,
  joined,
  lanes,
  numberOfType,
  type Type,
  type Value,
} from "./values.ts";
import type { Block, Expression, Module } from "./tree.ts";

/** What an expression comes to. */
export interface Made {
  readonly type: Type;
  readonly code: Code;
  readonly operations: number;
  /** Variables. */
  readonly reads: readonly number[];
  /** Loads one after the other, since the segment began, that it waits for. */
  readonly level: number;
}

const boolean: Type = { kind: "b", width: 1 };
/** Instructions of built-in functions that take more than one. */
const costOf: Readonly<Record<string, number>> = { exp: 4, log: 4, cos: 4, sqrt: 4 };
/** The same of a division, by a number that stands in the text and by another. */
const divisionOf = { constant: 4, f: 8, u: 20, i: 20, b: 1, abstract: 1 };
export const swizzle = "xyzw";

/** Where the code of a shader is made, step by step, in the order of the text. */
export abstract class Making {
  protected readonly variables: Type[] = [];
  protected names = new Map<string, number>();
  /** What is made now. */
  protected out: Part[] = [];
  protected readonly sites: Access[] = [];
  /** What the step that is made touches. */
  protected accesses: Access[] = [];
  /** Where `return` of the function that is put in place goes. */
  protected result: number | undefined;
  #levels = new Map<number, number>();
  #segment = 0;

  constructor(protected readonly module: Module) {}

  protected abstract block(block: Block): void;

  protected variable(type: Type): number {
    this.variables.push(type.kind === "abstract" ? { ...type, kind: "i" } : type);
    return this.variables.length - 1;
  }
  protected declare(name: string, type: Type): number {
    const variable = this.variable(type);
    this.names.set(name, variable);
    return variable;
  }
  /** A step that gives a new variable its value. */
  protected set(name: string | undefined, made: Made): number {
    const variable = name === undefined ? this.variable(made.type) : this.declare(name, made.type);
    this.step(made, variable, true);
    return variable;
  }
  protected step(
    { code, operations, reads, level }: Pick<Made, "code" | "operations" | "reads" | "level">,
    writes?: number,
    whole = false,
    barrier?: Step["barrier"],
  ): void {
    if (barrier) this.#cut();
    const accesses = this.accesses;
    this.accesses = [];
    this.out.push({
      kind: "step",
      operations,
      accesses,
      reads,
      writes,
      whole,
      run: code,
      segment: this.#segment,
      barrier,
    });
    if (writes !== undefined) this.#levels.set(writes, whole ? level : Math.max(level, this.#level(writes)));
    if (barrier || accesses.some(({ store, space }) => store && space === "data")) this.#cut();
  }
  /** All loads are back from here on. */
  #cut(): void {
    this.#segment++;
    this.#levels.clear();
  }
  #level(variable: number): number {
    return this.#levels.get(variable) ?? 0;
  }

  /** The parts of a block, whose names end with it. */
  protected inner(fill: () => void): Parts {
    const [out, names] = [this.out, this.names];
    this.out = [];
    this.names = new Map(names);
    this.#cut();
    fill();
    const made = this.out;
    [this.out, this.names] = [out, names];
    this.#cut();
    return made;
  }
  protected named(name: string): number {
    const variable = this.names.get(name);
    if (variable === undefined) throw new SyntaxError(`Cannot read shader: what is ${name}?`);
    return variable;
  }
  protected array(name: string) {
    return this.names.has(name) ? undefined : this.module.variables.get(name);
  }

  /** A load or a store of an array's element. */
  protected access(array: string, index: Made, store: boolean): Made {
    const { space, type: name } = this.array(array)!;
    const type = numberOfType(name.match(/^array<(\w+)/)![1]!);
    const level = index.level + 1;
    const access: Access = {
      site: this.sites.length,
      array,
      space: space === "workgroup" ? "workgroup" : array === "table" ? "table" : "data",
      store,
      bytes: 4 * type.width,
      type,
      at: index.code,
      reads: index.reads,
      level,
    };
    this.accesses.push(access);
    this.sites.push(access);
    const { width } = type;
    const zero: Value = width === 1 ? 0 : new Array<number>(width).fill(0);
    const code: Code = access.space !== "table" ? () => zero : (thread) => {
      const at = index.code(thread) as number * width;
      return width === 1
        ? thread.table[at] ?? 0
        : Array.from({ length: width }, (_, i) => thread.table[at + i] ?? 0);
    };
    // The load itself and its address.
    return { type, code, operations: index.operations + 2, reads: index.reads, level };
  }

  protected expression(e: Expression): Made {
    switch (e.kind) {
      case "number": {
        const { value } = e;
        const type = e.type === "abstract" ? { kind: "abstract", width: 1 } as const : numberOfType(e.type);
        return { type, code: () => value, operations: 0, reads: [], level: 0 };
      }
      case "name": {
        if (e.name === "true" || e.name === "false") {
          const value = Number(e.name === "true");
          return { type: boolean, code: () => value, operations: 0, reads: [], level: 0 };
        }
        const variable = this.named(e.name);
        const type = this.variables[variable]!;
        const code: Code = ({ variables }) => variables[variable] ?? 0;
        return { type, code, operations: 0, reads: [variable], level: this.#level(variable) };
      }
      case "index":
        return this.#index(e);
      case "member": {
        const of = this.expression(e.of);
        const parts = [...e.name].map((part) => swizzle.indexOf(part));
        const { width } = of.type;
        const code: Code = (thread) => {
          const vector = lanes(of.code(thread), width);
          return parts.length === 1 ? vector[parts[0]!]! : parts.map((part) => vector[part]!);
        };
        return { ...of, type: { ...of.type, width: parts.length }, code };
      }
      case "unary": {
        const of = this.expression(e.of);
        const f = e.operator === "!"
          ? (a: number) => Number(!a)
          : e.operator === "~"
          ? (a: number) => ~a
          : (a: number) => -a;
        return { ...of, code: (thread) => each(f, of.code(thread)) };
      }
      case "binary":
        return this.#binary(e);
      case "call":
        return this.#call(e);
    }
  }

  #index({ of, at }: Expression & { kind: "index" }): Made {
    const index = this.expression(at);
    if (of.kind === "name" && this.array(of.name)) return this.access(of.name, index, false);
    const vector = this.expression(of);
    const { width } = vector.type;
    return {
      ...this.#together([vector, index]),
      type: { ...vector.type, width: 1 },
      code: (thread) => lanes(vector.code(thread), width)[index.code(thread) as number]!,
    };
  }

  #together(parts: readonly Made[]): Pick<Made, "operations" | "reads" | "level"> {
    return {
      operations: parts.reduce((sum, { operations }) => sum + operations, 0),
      reads: parts.flatMap(({ reads }) => reads),
      level: Math.max(0, ...parts.map(({ level }) => level)),
    };
  }

  #binary({ operator, a: left, b: right }: Expression & { kind: "binary" }): Made {
    const [a, b] = [this.expression(left), this.expression(right)];
    const type = joined(a.type, b.type);
    const f = binary(operator, operator === ">>" || operator === "<<" ? a.type : type);
    const { operations, ...rest } = this.#together([a, b]);
    const divides = operator === "/" || operator === "%";
    const cost = divides ? divisionOf[right.kind === "number" ? "constant" : type.kind] : 1;
    return {
      ...rest,
      type: isComparison(operator) ? { kind: "b", width: type.width } : type,
      code: type.width === 1
        ? (thread) => f(a.code(thread) as number, b.code(thread) as number)
        : (thread) => each(f, a.code(thread), b.code(thread)),
      operations: operations + cost * type.width,
    };
  }

  #call({ name, args: given }: Expression & { kind: "call" }): Made {
    const args = given.map((arg) => this.expression(arg));
    const own = this.module.functions.get(name);
    if (own) return this.#inPlace(own, args);
    const { operations, ...rest } = this.#together(args);
    const values = (thread: Thread): Value[] => args.map(({ code }) => code(thread));
    const cast = name.match(/^bitcast<(\w+)>$/)?.[1];
    if (cast !== undefined) {
      const type = numberOfType(cast);
      const from = args[0]!.type.kind;
      const code: Code = (thread) => each((x) => bitcast(x, from, type.kind), args[0]!.code(thread));
      return { ...rest, operations, type, code };
    }
    if (/^vec|^[fiu]32$|^bool$/.test(name)) {
      const type = numberOfType(name);
      const code: Code = (thread) => {
        const parts = values(thread).flat().map((value) => converted(value, type));
        if (type.width === 1) return parts[0]!;
        return parts.length === 1 ? lanes(parts[0]!, type.width) : parts;
      };
      const conversions = args.filter((arg) => arg.type.kind !== type.kind && arg.type.kind !== "abstract");
      return { ...rest, operations: operations + conversions.length, type, code };
    }
    const type = args.map(({ type }) => type).slice(0, name === "select" ? 2 : 3).reduce(joined);
    if (name === "dot") {
      const code: Code = (thread) => {
        const [a, b] = values(thread) as number[][];
        return a!.reduce((sum, x, i) => sum + x * b![i]!, 0);
      };
      return { ...rest, operations: operations + type.width, type: { ...type, width: 1 }, code };
    }
    if (name === "any" || name === "all") {
      const code: Code = (thread) => {
        const flags = lanes(args[0]!.code(thread), type.width);
        return Number(name === "any" ? flags.some(Boolean) : flags.every(Boolean));
      };
      return { ...rest, operations: operations + type.width, type: boolean, code };
    }
    const f = builtins[name];
    if (f === undefined) throw new SyntaxError(`Cannot read shader: what is ${name}?`);
    const code: Code = (thread) => each(f, ...values(thread));
    return { ...rest, operations: operations + (costOf[name] ?? 1) * type.width, type, code };
  }

  /** A function's body where it is called. */
  #inPlace(
    { parameters, body }: { parameters: readonly { name: string }[]; body: Block },
    args: readonly Made[],
  ): Made {
    const [names, result] = [this.names, this.result];
    const constants = [...this.module.constants.keys()].map((name) => [name, names.get(name)!] as const);
    const variables = args.map((arg) => this.set(undefined, arg));
    this.names = new Map([...constants, ...parameters.map(({ name }, i) => [name, variables[i]!] as const)]);
    this.result = undefined;
    const inner = this.inner(() => this.block(body));
    this.out.push({ kind: "scope", body: inner });
    const made = this.result!;
    [this.names, this.result] = [names, result];
    const code: Code = (thread) => thread.variables[made] ?? 0;
    return { type: this.variables[made]!, code, operations: 0, reads: [made], level: 0 };
  }
}
