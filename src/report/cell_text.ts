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
  const phrase = (state: number): string =>
    inputs[state] ?? `node ${nodes[state - inputs.length]!.name}`;
  const sums = nodes.map(({ name, edges }) => {
    const terms = edges.map(({ operation, from }) => `${operation} of ${phrase(from)}`);
    return terms.length === 0 ? `Node ${name} has no edges.` : `Node ${name} adds ${terms.join(" and ")}.`;
  });
  const parts = output.from.map(phrase);
  const whole = parts.length > 1 ? `concatenates ${parts.join(", ")}` : `is ${parts[0]}`;
  return `${sums.join(" ")} The output ${output.name} ${whole}.${note === "" ? "" : ` ${note}`}`;
}
