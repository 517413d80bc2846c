/** A shader as what one thread does: what lowering makes, and walks and counts go through. */
import type { Type, Value } from "./values.ts";

/** A thread on its way through a shader. */
export interface Thread {
  readonly variables: Value[];
  /** The words of its dispatch. */
  readonly table: ArrayLike<number>;
}
export type Code = (thread: Thread) => Value;

/** A load or a store of one element of an array. */
export interface Access {
  /** Its number. */
  readonly site: number;
  readonly array: string;
  readonly space: "table" | "data" | "workgroup";
  readonly store: boolean;
  /** Bytes of an element, and its type. */
  readonly bytes: number;
  readonly type: Type;
  /** Which element. */
  readonly at: Code;
  /** Variables that this depends on. */
  readonly reads: readonly number[];
  /** Loads that must be back before it is, itself included, of those since its segment began. */
  readonly level: number;
}

/** What a simple statement does, or a part of one. */
export interface Step {
  readonly kind: "step";
  /** Instructions, one for each lane of a vector. */
  readonly operations: number;
  readonly accesses: readonly Access[];
  readonly reads: readonly number[];
  /** The variable that it writes, and whether all of it. */
  readonly writes: number | undefined;
  readonly whole: boolean;
  readonly run: Code;
  /** Steps with the same number have no store, barrier or branch between them: their loads wait together. */
  readonly segment: number;
  readonly barrier?: "workgroup" | "storage" | undefined;
}

export type Part =
  | Step
  | { readonly kind: "if"; readonly test: number; readonly then: Parts; readonly otherwise: Parts }
  | {
    readonly kind: "loop";
    /** Before each round, and the variable that says whether there is one. */
    readonly head: Parts;
    readonly test: number | undefined;
    readonly body: Parts;
    /** After each round, and the variable that says whether it was the last. */
    readonly tail: Parts;
    readonly end: number | undefined;
  }
  /** Left by `leave` inside of it. */
  | { readonly kind: "scope"; readonly body: Parts }
  | { readonly kind: "leave" };
export type Parts = readonly Part[];

/** A whole shader. Variables are numbered. */
export interface Lowered {
  readonly body: Parts;
  /** Types of the variables. */
  readonly variables: readonly Type[];
  /** The variables of built-in values, by their names. */
  readonly builtins: ReadonlyMap<string, number>;
  /** What all steps touch, by site. */
  readonly accesses: readonly Access[];
}

/** Every part, those inside of others after these. */
export function* everyPart(parts: Parts): Generator<Part> {
  for (const part of parts) {
    yield part;
    if (part.kind === "scope") yield* everyPart(part.body);
    if (part.kind === "if") yield* everyPart([...part.then, ...part.otherwise]);
    if (part.kind === "loop") yield* everyPart([...part.head, ...part.body, ...part.tail]);
  }
}
