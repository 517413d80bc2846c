import source from "../../../shaders/project_rows.wgsl" with { type: "text" };
import { type Node, node, type Op, plainCall } from "../node.ts";

const projectRowsOp: Op<null> = {
  name: "project_rows",
  gradient: "none",
  call: (n, tuning) => {
    const [rows, columns] = n.shape as [number, number];
    return {
      ...plainCall(n, ["x"], { source, floats: true }, tuning),
      params: { rows, columns },
      grid: [Math.ceil(rows / tuning.threads), 1],
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
