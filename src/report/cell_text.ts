/** A cell in words: the text alternative of its drawing. */
import type { Genotype } from "../network/genotype.ts";
import type { CellType } from "../spaces/space.ts";
import { stateName } from "./cell_graph.ts";
import { type Markup, markup } from "./markup.ts";

export const cellTitle = (cell: CellType): string => cell === "normal" ? "Normal cell" : "Reduction cell";

/** A state's name with its subscript set as one: "c_{k-2}" as HTML. Nodes are numbers and stay as they are. */
export function stateHtml(name: string): Markup {
  const [, letter, subscript] = /^(.+)_\{(.+)\}$/.exec(name) ?? [];
  return letter ? markup`<i>${letter}</i><sub>${subscript!.replace("-", "−")}</sub>` : markup`${name}`;
}

/** A state's name within a sentence. */
export const statePhrase = (state: number): string =>
  state < 2 ? stateName(state) : `node ${stateName(state)}`;

/** One sentence a node, and one for the output. */
export function describeCell(genotype: Genotype, cell: CellType): string {
  const edges = genotype[cell];
  const term = (index: number): string => {
    const [operation, predecessor] = edges[index]!;
    return `${operation} of ${statePhrase(predecessor)}`;
  };
  const nodes = Array.from(
    { length: edges.length / 2 },
    (_, i) => `Node ${i} adds ${term(2 * i)} and ${term(2 * i + 1)}.`,
  );
  const parts = genotype[`${cell}_concat`].map(statePhrase).join(", ");
  const stride = cell === "reduce" ? " Operations on c_{k-2} and c_{k-1} have stride 2." : "";
  return `${nodes.join(" ")} The output c_{k} concatenates ${parts}.${stride}`;
}
