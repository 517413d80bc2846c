/**
 * The source expander: unrolls the hot loops of a shader before it is compiled, since the shader compiler guards
 * every loop and drivers then do not unroll it. A pure function of text.
 *
 *     //: let PAD = D * (K - 1) / 2      names a value for the lines down to the end of the block
 *     //: for r in 0..ROWS        repeats the lines down to its `//: end`, r = 0 … ROWS - 1
 *     //: if STRIDE == 2          keeps the lines only where the condition is not 0
 *     //: else
 *     //: end
 *     acc_$r = fma(w_$(r * K + 1), x_$r, acc_$r);
 *
 * `$(expression)` becomes an integer and `$r` is short for `$(r)`; a short name ends at the first character that
 * is not a letter or digit, so `a_$r_$c` reads as one would hope. An expression may use defines, loop variables,
 * integers and `|| && == != < <= > >= + - * / % ! ( )`; division truncates, comparisons give 1 or 0.
 */
import { evaluate, type Names } from "./expression.ts";

type Block =
  | { kind: "text"; line: number; text: string }
  | { kind: "let"; line: number; name: string; value: string }
  | { kind: "for"; line: number; name: string; from: string; to: string; body: Block[] }
  | { kind: "if"; line: number; condition: string; then: Block[]; otherwise: Block[] };

/** No loop of a shader worth compiling is longer: a longer one is a slip in its bounds. */
const longestLoop = 1024;

/**
 * Expands the `//:` directives and `$` expressions of `source`. Throws a SyntaxError that names the line, counted from 1,
 * and what is wrong with it.
 */
export function expand(source: string, defines: Readonly<Record<string, number>>): string {
  const names = new Map(Object.entries(defines));
  for (const [name, value] of names) {
    if (!Number.isSafeInteger(value)) {
      throw new SyntaxError(`Cannot expand shader: define ${name} is ${value}, not an integer`);
    }
  }
  const lines: string[] = [];
  emit(parse(source), names, lines);
  return lines.join("\n");
}

function fail(line: number, message: string): never {
  throw new SyntaxError(`Cannot expand shader line ${line}: ${message}`);
}

function parse(source: string): Block[] {
  const root: Block[] = [];
  const open: { block: Extract<Block, { kind: "for" | "if" }>; into: Block[] }[] = [];
  source.split("\n").forEach((text, index) => {
    const line = index + 1;
    const into = open.at(-1)?.into ?? root;
    const directive = text.match(/^\s*\/\/:\s*(.*?)\s*$/)?.[1];
    if (directive === undefined) {
      into.push({ kind: "text", line, text });
      return;
    }
    const loop = directive.match(/^for\s+([A-Za-z][A-Za-z0-9]*)\s+in\s+(.+?)\s*\.\.\s*(.+)$/);
    const binding = directive.match(/^let\s+([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+)$/);
    const condition = directive.match(/^if\b\s*(.+)$/)?.[1];
    const top = open.at(-1);
    if (loop) {
      const block: Block = { kind: "for", line, name: loop[1]!, from: loop[2]!, to: loop[3]!, body: [] };
      into.push(block);
      open.push({ block, into: block.body });
    } else if (binding) {
      into.push({ kind: "let", line, name: binding[1]!, value: binding[2]! });
    } else if (condition !== undefined) {
      const block: Block = { kind: "if", line, condition, then: [], otherwise: [] };
      into.push(block);
      open.push({ block, into: block.then });
    } else if (directive === "else") {
      if (top?.block.kind !== "if" || top.into === top.block.otherwise) {
        fail(line, "`else` without an open `if`");
      }
      top.into = top.block.otherwise;
    } else if (directive === "end") {
      if (!top) fail(line, "`end` without an open `for` or `if`");
      open.pop();
    } else {
      fail(
        line,
        `unknown directive "${directive}"; known are let NAME = EXPRESSION, for NAME in A..B, if EXPRESSION, else, end`,
      );
    }
  });
  const left = open.at(-1)?.block;
  if (left) fail(left.line, `\`${left.kind}\` is never closed by \`//: end\``);
  return root;
}

function emit(blocks: readonly Block[], outer: Names, lines: string[]): void {
  const names = new Map(outer);
  const define = (line: number, name: string, value: number) => {
    if (names.has(name)) fail(line, `${name} hides an outer name`);
    names.set(name, value);
  };
  for (const block of blocks) {
    const value = (expression: string) => evaluateAt(block.line, expression, names);
    if (block.kind === "text") {
      lines.push(substitute(block.text, value, block.line));
    } else if (block.kind === "let") {
      define(block.line, block.name, value(block.value));
    } else if (block.kind === "if") {
      emit(value(block.condition) !== 0 ? block.then : block.otherwise, names, lines);
    } else {
      const [from, to] = [value(block.from), value(block.to)];
      if (to - from > longestLoop) {
        fail(block.line, `${to - from} repetitions; at most ${longestLoop} are allowed`);
      }
      for (let i = from; i < to; i++) {
        emit(
          [{ kind: "let", line: block.line, name: block.name, value: String(i) }, ...block.body],
          names,
          lines,
        );
      }
    }
  }
}

function evaluateAt(line: number, expression: string, names: Names): number {
  try {
    return evaluate(expression, names);
  } catch (error) {
    fail(line, (error as Error).message);
  }
}

/** Replaces every `$name` and `$(expression)` of one line. */
function substitute(text: string, value: (expression: string) => number, line: number): string {
  let out = "";
  let at = 0;
  for (let dollar; (dollar = text.indexOf("$", at)) >= 0;) {
    out += text.slice(at, dollar);
    const short = text.slice(dollar + 1).match(/^[A-Za-z][A-Za-z0-9]*/)?.[0];
    if (short !== undefined) {
      out += value(short);
      at = dollar + 1 + short.length;
    } else if (text[dollar + 1] === "(") {
      const close = closing(text, dollar + 1);
      if (close < 0) fail(line, "`$(` is never closed");
      out += value(text.slice(dollar + 2, close));
      at = close + 1;
    } else {
      fail(line, "`$` must be followed by a name or `(`");
    }
  }
  return out + text.slice(at);
}

/** Index of the parenthesis that closes the one at `open`, or -1. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return -1;
}
