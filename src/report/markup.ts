/** Text that is HTML or SVG already. Everything that is not `Markup` is escaped when it is put into a page. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

export type Part = Markup | string | number | false | null | undefined | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML or XML content or attribute value; characters that XML forbids become U+FFFD. */
export function escape(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character]!);
}

function render(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(render).join("");
  if (part === false || part === null || part === undefined) return "";
  return escape(String(part));
}

/** Tagged template: the literal parts are markup, the interpolated ones are escaped unless they are `Markup`. */
export function markup(literals: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(literals.reduce((text, literal, i) => text + render(parts[i - 1]) + literal));
}

/** Marks text of our own (a style sheet, path data) as markup. Never for text from outside. */
export const raw = (text: string): Markup => new Markup(text);
