import { assertEquals, assertThrows } from "deno-std/assert";
import { expand } from "../../src/plan/expand.ts";

const lines = (...text: string[]) => text.join("\n");

Deno.test("expand() leaves text without directives as it is", () => {
  const source = "fn main() {\n  // a comment: kept\n}\n";
  assertEquals(expand(source, {}), source);
});

Deno.test("expand() unrolls nested loops; the upper bound is excluded", () => {
  const source = lines(
    "//: for r in 0..ROWS",
    "//: for c in r..2",
    "a_$r_$c = x_$(r * 2 + c);",
    "//: end",
    "//: end",
  );
  assertEquals(expand(source, { ROWS: 2 }), lines("a_0_0 = x_0;", "a_0_1 = x_1;", "a_1_1 = x_3;"));
});

Deno.test("expand() drops a loop whose range is empty", () => {
  assertEquals(expand(lines("a", "//: for r in 3..3", "$r", "//: end", "b"), {}), "a\nb");
});

Deno.test("expand() keeps one branch of an if, conditions may use loop variables", () => {
  const source = lines(
    "//: for r in 0..3",
    "  //: if r % STRIDE == 0 && r < 2",
    "even $r",
    "  //: else",
    "odd $r",
    "  //: end",
    "//: end",
  );
  assertEquals(expand(source, { STRIDE: 2 }), lines("even 0", "odd 1", "odd 2"));
});

Deno.test("expand() evaluates nothing in a branch it drops", () => {
  assertEquals(expand(lines("//: if 0", "$(1 / 0) $UNKNOWN", "//: end", "x"), {}), "x");
});

const values: [string, number][] = [
  ["1 + 2 * 3", 7],
  ["(1 + 2) * 3", 9],
  ["7 / 2", 3],
  ["-7 / 2", -3],
  ["7 % 4 - 5", -2],
  ["10 - 3 - 2", 5],
  ["- (2 - 5)", 3],
  ["!0 + !5", 1],
  ["1 < 2", 1],
  ["2 <= 1", 0],
  ["3 != 3 || 4 >= 4", 1],
  ["1 == 1 && 0", 0],
  ["0 * -1", 0],
];
for (const [expression, value] of values) {
  Deno.test(`expand() evaluates $(${expression})`, () =>
    assertEquals(expand(`[$(${expression})]`, {}), `[${value}]`));
}

const errors: [string, string, string][] = [
  ["an unknown name", "a\nb $(ROWS)", 'line 2: unknown name "ROWS"; known are K'],
  ["an unknown short name", "$q", 'line 1: unknown name "q"'],
  ["a lone dollar", "cost: 5$", "line 1: `$` must be followed by a name or `(`"],
  ["an open parenthesis", "$(1 + (2)", "line 1: `$(` is never closed"],
  [
    "an operator without operand",
    "$(1 +)",
    'line 1: expected a number, a name or a parenthesis but found the end in "1 +"',
  ],
  ["two operands in a row", "$(1 2)", 'line 1: expected an operator but found "2" in "1 2"'],
  ["a character that does not belong", "$(1 . 5)", 'line 1: "." does not belong in "1 . 5"'],
  ["division by zero", "$(K / 0)", "line 1: division by zero"],
  ["a loop left open", "x\n//: for r in 0..2\ny", "line 2: `for` is never closed"],
  ["an if left open", "//: if 1\n//: else", "line 1: `if` is never closed"],
  ["end without a block", "//: end", "line 1: `end` without an open `for` or `if`"],
  ["else in a loop", "//: for r in 0..2\n//: else\n//: end", "line 2: `else` without an open `if`"],
  ["a second else", "//: if 1\n//: else\n//: else\n//: end", "line 3: `else` without an open `if`"],
  ["an unknown directive", "//: while 1", 'line 1: unknown directive "while 1"'],
  [
    "a loop variable that hides a define",
    "//: for K in 0..2\n//: end",
    "line 1: K hides an outer name",
  ],
  ["a runaway loop", "//: for r in 0..9999\n//: end", "line 1: 9999 repetitions; at most 1024 are allowed"],
];
for (const [what, source, message] of errors) {
  Deno.test(`expand() refuses ${what}`, () => {
    assertThrows(() => expand(source, { K: 3 }), SyntaxError, `Cannot expand shader ${message}`);
  });
}

Deno.test("expand() names values for the rest of a block", () => {
  const source = lines(
    "//: let P = 2 * (K - 1)",
    "$P",
    "//: for r in 0..2",
    "//: let Q = P + r",
    "$Q",
    "//: end",
    "$(P / 2)",
  );
  assertEquals(expand(source, { K: 3 }), lines("4", "4", "5", "2"));
  assertThrows(
    () => expand(lines("//: if 1", "//: let P = 1", "//: end", "$P"), {}),
    SyntaxError,
    'line 4: unknown name "P"',
  );
  assertThrows(() => expand("//: let K = 1", { K: 3 }), SyntaxError, "line 1: K hides an outer name");
});

Deno.test("expand() refuses a define that is not an integer", () => {
  assertThrows(() => expand("", { K: 0.5 }), SyntaxError, "define K is 0.5, not an integer");
});
