/** Statements of a shader as the steps of one thread: calls are put in place of their functions. */
import { Making, swizzle } from "./expressions.ts";
import type { Code, Lowered, Part } from "./parts.ts";
import { lanes } from "./values.ts";
import type { Block, Expression, Module, Statement } from "./tree.ts";

/** @param overrides values of the module's override constants by name */
export const lower = (module: Module, overrides: Readonly<Record<string, number>> = {}): Lowered =>
  new Lowering(module).lowered(overrides);

class Lowering extends Making {
  readonly #builtins = new Map<string, number>();

  lowered(overrides: Readonly<Record<string, number>>): Lowered {
    const { parameters, body } = this.module.functions.get("main")!;
    for (const { name, builtin } of parameters) {
      const width = builtin === "local_invocation_index" ? 1 : 3;
      this.#builtins.set(builtin!, this.declare(name, { kind: "u", width }));
    }
    for (const [name, value] of this.module.constants) {
      const made = this.expression(value);
      const given = overrides[name];
      this.set(name, given === undefined ? made : { ...made, code: () => given });
    }
    this.block(body);
    return {
      body: this.out,
      variables: this.variables,
      builtins: this.#builtins,
      accesses: this.sites,
    };
  }

  protected block(block: Block): void {
    for (const statement of block) this.statement(statement);
  }

  protected statement(statement: Statement): void {
    switch (statement.kind) {
      case "declare":
        this.set(statement.name, this.expression(statement.value));
        return;
      case "assign":
        return this.#assign(statement);
      case "call": {
        const { name } = statement.call;
        const barrier = name === "workgroupBarrier"
          ? "workgroup"
          : name === "storageBarrier"
          ? "storage"
          : undefined;
        if (barrier) {
          return this.step({ code: () => 0, operations: 1, reads: [], level: 0 }, undefined, false, barrier);
        }
        return this.step(this.expression(statement.call));
      }
      case "if": {
        const test = this.set(undefined, this.expression(statement.test));
        const then = this.inner(() => this.block(statement.then));
        const otherwise = this.inner(() => this.block(statement.otherwise));
        this.out.push({ kind: "if", test, then, otherwise });
        return;
      }
      case "loop":
        return this.#loop(statement);
      case "switch": {
        // As a chain of tests.
        const [first, ...rest] = statement.cases;
        if (first === undefined) return;
        if (first.values.length === 0) return this.block(first.body);
        const tests = first.values.map((b): Expression => ({
          kind: "binary",
          operator: "==",
          a: statement.of,
          b,
        }));
        const test = tests.reduce((a, b) => ({ kind: "binary", operator: "||", a, b }));
        const otherwise: Block = [{ ...statement, cases: rest }];
        return this.statement({ kind: "if", test, then: first.body, otherwise });
      }
      case "return":
        if (statement.value !== undefined) {
          const made = this.expression(statement.value);
          this.result ??= this.variable(made.type);
          this.step(made, this.result, true);
        }
        this.out.push({ kind: "leave" });
        return;
      case "block":
        this.out.push(...this.inner(() => this.block(statement.body)));
    }
  }

  #loop({ test, body, continuing, end }: Statement & { kind: "loop" }): void {
    // The continuing part sees the names of the body.
    let [runs, ends]: (number | undefined)[] = [];
    const head = this.inner(() => {
      if (test) runs = this.set(undefined, this.expression(test));
    });
    const tail: Part[] = [];
    const inner = this.inner(() => {
      this.block(body);
      const made = this.out;
      this.out = tail;
      this.block(continuing);
      if (end) ends = this.set(undefined, this.expression(end));
      this.out = made;
    });
    this.out.push({ kind: "loop", head, test: runs, body: inner, tail, end: ends });
  }

  #assign({ target, operator, value }: Statement & { kind: "assign" }): void {
    const made = this.expression(operator === "" ? value : { kind: "binary", operator, a: target, b: value });
    if (target.kind === "name") return this.step(made, this.named(target.name), true);
    if (target.kind === "index" && target.of.kind === "name" && this.array(target.of.name)) {
      const at = this.access(target.of.name, this.expression(target.at), true);
      return this.step({ ...made, operations: made.operations + at.operations });
    }
    if ((target.kind !== "index" && target.kind !== "member") || target.of.kind !== "name") {
      throw new SyntaxError(`Cannot read shader: an assignment to a ${target.kind}`);
    }
    const vector = this.named(target.of.name);
    const at = target.kind === "member"
      ? swizzle.indexOf(target.name)
      : (target.at as Expression & { kind: "number" }).value;
    const { width } = this.variables[vector]!;
    const code: Code = (thread) =>
      lanes(thread.variables[vector]!, width).toSpliced(at, 1, made.code(thread) as number);
    this.step({ ...made, code }, vector, false);
  }
}
