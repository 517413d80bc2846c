/** From the text of an expanded shader to its tree: the part of WGSL that the kernels of this project are written in. */
import { tokens } from "./tokens.ts";
import type { Block, Case, Expression, Function, Module, Statement } from "./tree.ts";

/** Operators of two operands, those that bind loosest first. */
const levels = [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", "<=", ">", ">="], ["<<", ">>"], [
  "+",
  "-",
], ["*", "/", "%"]];
const assignments = new Set(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="]);
const one: Expression = { kind: "number", value: 1, type: "abstract" };

/** Reads an expanded shader. Throws a SyntaxError at what no kernel of this project has. */
export function parse(text: string): Module {
  return new Parser(tokens(text)).module();
}

class Parser {
  #at = 0;
  constructor(private readonly tokens: readonly string[]) {}

  module(): Module {
    const functions = new Map<string, Function>();
    const constants = new Map<string, Expression>();
    const variables = new Map<string, { space: string; type: string }>();
    let threads = 1;
    while (this.#at < this.tokens.length) {
      for (const { name, value } of this.#attributes()) {
        if (name === "workgroup_size") threads = Number(value);
      }
      const word = this.#next();
      if (word === "fn") {
        functions.set(this.#next(), this.#function());
        continue;
      }
      if (word === "var") {
        this.#expect("<");
        const space = this.#next();
        while (this.#next() !== ">");
        const name = this.#next();
        variables.set(name, { space, type: this.#type() ?? "" });
      } else if (word === "const" || word === "override") {
        const name = this.#next();
        this.#type();
        this.#expect("=");
        constants.set(name, this.#expression());
      } else throw new SyntaxError(`Cannot read shader at: ${word}`);
      this.#expect(";");
    }
    return { functions, constants, variables, threads };
  }

  #next(): string {
    const word = this.tokens[this.#at++];
    if (word === undefined) throw new SyntaxError("Cannot read shader: it ends too early");
    return word;
  }
  #take(word: string): boolean {
    if (this.tokens[this.#at] !== word) return false;
    this.#at++;
    return true;
  }
  #expect(word: string): void {
    const found = this.#next();
    if (found === word) return;
    const around = this.tokens.slice(Math.max(0, this.#at - 8), this.#at + 4).join(" ");
    throw new SyntaxError(`Cannot read shader: ${word} expected, found ${found} in: ${around}`);
  }

  #attributes(): { name: string; value: string }[] {
    const found: { name: string; value: string }[] = [];
    while (this.#take("@")) {
      const name = this.#next();
      const values: string[] = [];
      if (this.#take("(")) { while (!this.#take(")")) values.push(this.#next()); }
      found.push({ name, value: values.join("") });
    }
    return found;
  }
  /** What stands after a colon, if there is one. */
  #type(): string | undefined {
    return this.#take(":") ? this.#next() : undefined;
  }

  #function(): Function {
    const parameters: { name: string; builtin?: string | undefined }[] = [];
    this.#expect("(");
    while (!this.#take(")")) {
      const builtin = this.#attributes().find(({ name }) => name === "builtin")?.value;
      parameters.push({ name: this.#next(), builtin });
      this.#type();
      this.#take(",");
    }
    if (this.#take("->")) this.#next();
    return { parameters, body: this.#block() };
  }

  #block(): Block {
    this.#expect("{");
    const body: Statement[] = [];
    while (!this.#take("}")) body.push(...this.#statement());
    return body;
  }

  #statement(): Block {
    if (this.#take(";")) return [];
    if (this.#take("if")) return [this.#if()];
    if (this.#take("loop")) return [this.#loop()];
    if (this.#take("while")) {
      return [{ kind: "loop", test: this.#expression(), body: this.#block(), continuing: [] }];
    }
    if (this.#take("for")) return [this.#for()];
    if (this.#take("switch")) return [this.#switch()];
    if (this.#take("return")) {
      const value = this.tokens[this.#at] === ";" ? undefined : this.#expression();
      this.#expect(";");
      return [{ kind: "return", value }];
    }
    // Whether a loop ends early hangs on numbers that nobody has here: the rest of it counts.
    if (this.#take("break") || this.#take("continue")) {
      this.#expect(";");
      return [];
    }
    if (this.tokens[this.#at] === "{") return [{ kind: "block", body: this.#block() }];
    const simple = this.#simple();
    this.#expect(";");
    return [simple];
  }

  /** A statement that other statements may hold: a declaration, an assignment, a call. */
  #simple(): Statement {
    if (this.#take("let") || this.#take("var") || this.#take("const")) {
      const name = this.#next();
      this.#type();
      this.#expect("=");
      return { kind: "declare", name, value: this.#expression() };
    }
    const target = this.#unary();
    const word = this.tokens[this.#at]!;
    if (word === "++" || word === "--") {
      this.#at++;
      return { kind: "assign", target, operator: word[0]!, value: one };
    }
    if (assignments.has(word)) {
      this.#at++;
      return { kind: "assign", target, operator: word.slice(0, -1), value: this.#expression() };
    }
    if (target.kind !== "call") throw new SyntaxError(`Cannot read shader: a statement before ${word}`);
    return { kind: "call", call: target };
  }

  #if(): Statement {
    const test = this.#expression();
    const then = this.#block();
    if (!this.#take("else")) return { kind: "if", test, then, otherwise: [] };
    return { kind: "if", test, then, otherwise: this.#take("if") ? [this.#if()] : this.#block() };
  }

  #loop(): Statement {
    this.#expect("{");
    const body: Statement[] = [];
    const continuing: Statement[] = [];
    let end: Expression | undefined;
    while (!this.#take("}")) {
      if (!this.#take("continuing")) {
        body.push(...this.#statement());
        continue;
      }
      this.#expect("{");
      while (!this.#take("}")) {
        if (this.#take("break")) {
          this.#expect("if");
          end = this.#expression();
          this.#expect(";");
        } else continuing.push(...this.#statement());
      }
    }
    return { kind: "loop", body, continuing, end };
  }

  #for(): Statement {
    this.#expect("(");
    const first = this.tokens[this.#at] === ";" ? [] : [this.#simple()];
    this.#expect(";");
    const test = this.#expression();
    this.#expect(";");
    const step = this.#simple();
    this.#expect(")");
    return {
      kind: "block",
      body: [...first, { kind: "loop", test, body: this.#block(), continuing: [step] }],
    };
  }

  #switch(): Statement {
    const of = this.#expression();
    this.#expect("{");
    const cases: Case[] = [];
    while (!this.#take("}")) {
      const values: Expression[] = [];
      if (!this.#take("default")) {
        this.#expect("case");
        do values.push(this.#expression()); while (this.#take(","));
      }
      this.#expect(":");
      cases.push({ values, body: this.#block() });
    }
    return { kind: "switch", of, cases };
  }

  #expression(level = 0): Expression {
    if (level === levels.length) return this.#unary();
    let a = this.#expression(level + 1);
    while (levels[level]!.includes(this.tokens[this.#at]!)) {
      a = { kind: "binary", operator: this.#next(), a, b: this.#expression(level + 1) };
    }
    return a;
  }

  #unary(): Expression {
    const word = this.tokens[this.#at]!;
    if (word === "-" || word === "!" || word === "~") {
      this.#at++;
      return { kind: "unary", operator: word, of: this.#unary() };
    }
    let made = this.#primary();
    for (;;) {
      if (this.#take("[")) {
        made = { kind: "index", of: made, at: this.#expression() };
        this.#expect("]");
      } else if (this.#take(".")) made = { kind: "member", of: made, name: this.#next() };
      else return made;
    }
  }

  #primary(): Expression {
    const word = this.#next();
    if (word === "(") {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    if (/^[\d.]/.test(word)) return numberOf(word);
    if (!this.#take("(")) return { kind: "name", name: word };
    const args: Expression[] = [];
    while (!this.#take(")")) {
      args.push(this.#expression());
      this.#take(",");
    }
    return { kind: "call", name: word, args };
  }
}

function numberOf(word: string): Expression {
  const hex = word.startsWith("0x");
  const suffix = /[uif]$/.test(word) && !(hex && word.endsWith("f")) ? word.at(-1)! : "";
  const value = Number(suffix === "" ? word : word.slice(0, -1));
  const whole = hex || /^\d+$/.test(word);
  const type = suffix === "u" ? "u32" : suffix === "i" ? "i32" : whole ? "abstract" : "f32";
  return { kind: "number", value, type };
}
