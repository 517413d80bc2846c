/** A cell in words: the text alternative of its drawing. */
import type { CellDiagram } from "../network/diagram.ts";
import { type Markup, markup } from "./markup.ts";

/** A state's name with its subscript set as one: "c_{k-2}" as HTML. Nodes are numbers and stay as they are. */
export function stateHtml(name: string): Markup {
  const [, letter, subscript] = /^(.+)_\{(.+)\}$/.exec(name) ?? [];
  return letter ? markup`<i>${letter}</i><sub>${subscript!.replace("-", "−")}</sub>` : markup`${name}`;
}

/** A sentence with the names of states in it. */
export const textHtml = (text: string): Markup[] =>
  text.split(/(\w+_\{[^}]+\})/).map((part) => stateHtml(part));

/** One sentence a node, and one for the output. */
export function describeCell({ inputs, nodes, output, note }: CellDiagram): string {
  const phrase = (state: number): string => inputs[state] ?? `node ${nodes[state - inputs.length]!.name}`;
  const sums = nodes.map(({ name, edges, operation }) => {
    const terms = edges.map((edge) => (edge.operation ? `${edge.operation} of ` : "") + phrase(edge.from));
    if (terms.length === 0) return `Node ${name} has no edges.`;
    const sum = terms.join(" and ");
    if (operation === undefined) return `Node ${name} adds ${sum}.`;
    return `Node ${name} is ${operation} of ${terms.length > 1 ? `the sum of ${sum}` : sum}.`;
  });
  const parts = output.from.map(phrase);
  const whole = parts.length > 1 ? `concatenates ${parts.join(", ")}` : `is ${parts[0]}`;
  const added = (output.added ?? []).map((state) => `, plus ${phrase(state)}`).join("");
  return `${sums.join(" ")} The output ${output.name} ${whole}${added}.${note === "" ? "" : ` ${note}`}`;
}
