import source from "../../../shaders/project_rows.wgsl" with { type: "text" };
import { eachBound, type Node, node, type Op } from "../node.ts";

const projectRowsOp: Op<null> = {
  name: "project_rows",
  gradient: "none",
  call: (n, { threads: THREADS }) => {
    const [rows, columns] = n.shape as [number, number];
    return {
      kernel: { label: "project_rows", source, defines: { THREADS }, floats: true },
      bindings: ["x"],
      operands: eachBound(n.inputs),
      params: { rows, columns },
      grid: [Math.ceil(rows / THREADS), 1],
    };
  },
};

/**
 * Rows of a matrix [R, C] brought onto the simplex: clamped to [0, 1] and divided by their sum; a row with
 * nothing above 0 becomes one-hot at its first maximum (the `clip` of the SmoothDARTS and MS-DARTS code).
 */
export function projectRows(x: Node): Node {
  if (x.shape.length !== 2) {
    throw new TypeError(`Cannot build project_rows: needs a matrix, got [${x.shape}]`);
  }
  return node(projectRowsOp, [x], null, x.shape);
}
