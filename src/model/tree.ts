/** Shaders as trees of statements and expressions. */

export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly type: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly at: Expression }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "unary"; readonly operator: string; readonly of: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly a: Expression; readonly b: Expression };

export type Statement =
  | { readonly kind: "declare"; readonly name: string; readonly value: Expression }
  | {
    readonly kind: "assign";
    readonly target: Expression;
    readonly operator: string;
    readonly value: Expression;
  }
  | { readonly kind: "call"; readonly call: Expression & { kind: "call" } }
  | { readonly kind: "if"; readonly test: Expression; readonly then: Block; readonly otherwise: Block }
  /** `continuing` runs after the body, and ends the loop where `end` is true after it. */
  | {
    readonly kind: "loop";
    readonly test?: Expression | undefined;
    readonly body: Block;
    readonly continuing: Block;
    readonly end?: Expression | undefined;
  }
  | { readonly kind: "switch"; readonly of: Expression; readonly cases: readonly Case[] }
  | { readonly kind: "return"; readonly value?: Expression | undefined }
  | { readonly kind: "block"; readonly body: Block };

export type Block = readonly Statement[];

/** Without values: the default. */
export interface Case {
  readonly values: readonly Expression[];
  readonly body: Block;
}

export interface Function {
  readonly parameters: readonly { readonly name: string; readonly builtin?: string | undefined }[];
  readonly body: Block;
}

export interface Module {
  readonly functions: ReadonlyMap<string, Function>;
  /** Constants and overrides. */
  readonly constants: ReadonlyMap<string, Expression>;
  /** Variables of the module: their address space and type. */
  readonly variables: ReadonlyMap<string, { readonly space: string; readonly type: string }>;
  /** Threads of a workgroup. */
  readonly threads: number;
}
