import source from "../../../shaders/matmul.wgsl" with { type: "text" };
import { type Node, node, type Op, plainCall } from "../node.ts";
import { mostGroups } from "./grid.ts";

/** Which operands of a product are transposed. */
export interface MatmulAttrs {
  /** Whether a is given as [k, m]. */
  readonly ta: boolean;
  /** Whether b is given as [n, k]. */
  readonly tb: boolean;
}

const matmulOp: Op<MatmulAttrs> = {
  name: "matmul",
  gradient: (n, dy) => {
    const [a, b] = n.inputs as [Node, Node];
    const { ta, tb } = n.attrs;
    const da = ta ? matmul(b, dy, { ta: tb, tb: true }) : matmul(dy, b, { tb: !tb });
    const db = tb ? matmul(dy, a, { ta: true, tb: ta }) : matmul(a, dy, { ta: !ta });
    return [da, db];
  },
  call: (n, tuning) => {
    const [a] = n.inputs as [Node];
    const { ta, tb } = n.attrs;
    const [rows, columns] = n.shape as [number, number];
    const inner = ta ? a.shape[0]! : a.shape[1]!;
    const [aRow, aColumn] = ta ? [1, rows] : [inner, 1];
    const [bRow, bColumn] = tb ? [1, inner] : [columns, 1];
    return {
      ...plainCall(n, ["a", "b"], { source, floats: true }, tuning),
      params: { m: rows, n: columns, k: inner, aRow, aColumn, bRow, bColumn },
      grid: [Math.min(mostGroups, Math.ceil((rows * columns) / tuning.threads)), 1],
      flop: 2 * rows * columns * inner,
    };
  },
};

/** Product of dense matrices, a [m, k] (or [k, m] with `ta`) and b [k, n] (or [n, k] with `tb`): [m, n]. */
export function matmul(a: Node, b: Node, { ta = false, tb = false }: Partial<MatmulAttrs> = {}): Node {
  const [m, k] = ta ? a.shape.toReversed() : a.shape;
  const [k2, n] = tb ? b.shape.toReversed() : b.shape;
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== k2) {
    throw new TypeError(
      `Cannot matmul: shapes [${a.shape}]${ta ? "ᵀ" : ""} and [${b.shape}]${tb ? "ᵀ" : ""} do not fit`,
    );
  }
  return node(matmulOp, [a, b], { ta, tb }, [m!, n!]);
}
