/** The words of a shader. */

const token =
  /\s+|\/\/[^\n]*|((?:bitcast|vec[234]|array)<[^>]*>|[A-Za-z_]\w*|0x[0-9a-fA-F]+[ui]?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[uifh]?|->|<<=|>>=|&&|\|\||==|!=|<=|>=|<<|>>|\+\+|--|[-+*\/%&|^]=|[-+*\/%&|^!~<>=(){}[\];:,.@])/gy;

/** Names with their angle brackets, numbers, operators and brackets; comments left out. Throws a SyntaxError. */
export function tokens(text: string): string[] {
  const found: string[] = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    end = match.index + match[0].length;
    if (match[1] !== undefined) found.push(match[1]);
  }
  if (end !== text.length) throw new SyntaxError(`Cannot read shader at: ${text.slice(end, end + 40)}`);
  return found;
}
