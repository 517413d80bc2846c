/** Integer expressions of the source expander, evaluated by precedence climbing. */
export type Names = ReadonlyMap<string, number>;

/** Binary operators from the loosest to the tightest binding; longer spellings first within a level. */
const levels: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { "||": (a, b) => Number(a !== 0 || b !== 0) },
  { "&&": (a, b) => Number(a !== 0 && b !== 0) },
  { "==": (a, b) => Number(a === b), "!=": (a, b) => Number(a !== b) },
  {
    "<=": (a, b) => Number(a <= b),
    ">=": (a, b) => Number(a >= b),
    "<": (a, b) => Number(a < b),
    ">": (a, b) => Number(a > b),
  },
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  { "*": (a, b) => a * b, "/": (a, b) => Math.trunc(a / nonzero(b)), "%": (a, b) => a % nonzero(b) },
];

function nonzero(b: number): number {
  if (b === 0) throw new SyntaxError("division by zero");
  return b;
}

/** The value of an integer expression. Throws a SyntaxError for an unknown name, a stray character, a division by zero. */
export function evaluate(expression: string, names: Names): number {
  const tokens = tokenize(expression);
  let at = 0;
  const expected = (what: string): never => {
    const found = at < tokens.length ? `"${tokens[at]}"` : "the end";
    throw new SyntaxError(`expected ${what} but found ${found} in "${expression.trim()}"`);
  };

  const primary = (): number => {
    const token = tokens[at++];
    if (token === "-") return -primary();
    if (token === "!") return Number(primary() === 0);
    if (token === "(") {
      const value = binary(0);
      if (tokens[at] !== ")") expected('")"');
      at++;
      return value;
    }
    if (token !== undefined && /^\d/.test(token)) return Number(token);
    if (token !== undefined && /^[A-Za-z_]/.test(token)) {
      const value = names.get(token);
      if (value === undefined) {
        throw new SyntaxError(`unknown name "${token}"; known are ${[...names.keys()].join(", ") || "none"}`);
      }
      return value;
    }
    at--;
    return expected("a number, a name or a parenthesis");
  };

  const binary = (level: number): number => {
    const operators = levels[level];
    if (!operators) return primary();
    let value = binary(level + 1);
    while (at < tokens.length && Object.hasOwn(operators, tokens[at]!)) {
      const apply = operators[tokens[at++]!]!;
      value = apply(value, binary(level + 1));
    }
    return value;
  };

  const value = binary(0);
  if (at < tokens.length) expected("an operator");
  return value + 0; // never -0
}

function tokenize(expression: string): string[] {
  const tokens = expression.match(/\d+|[A-Za-z_]\w*|\|\||&&|[=!<>]=|[-+*/%<>!()]|\S/g) ?? [];
  const stray = tokens.find((t) => !/^(\d+|[A-Za-z_]\w*|\|\||&&|[=!<>]=|[-+*/%<>!()])$/.test(t));
  if (stray) throw new SyntaxError(`"${stray}" does not belong in "${expression.trim()}"`);
  return tokens;
}
