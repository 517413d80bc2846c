/**
 * Exact second derivatives of the supernet's loss over the raw alphas: Hessian-vector products by differentiating
 * the gradient graph once more (Pearlmutter 1994, reverse over reverse). BatchNorm is in training mode, and its
 * running statistics are left alone.
 */
import { gradient } from "../gradient/gradient.ts";
import type { Node } from "../graph/node.ts";
import {
  add,
  div,
  matmul,
  mul,
  pack,
  reshape,
  row,
  scale,
  shift,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
} from "../graph/ops/mod.ts";
import type { Supernet } from "../network/supernet.ts";
import { type AlphaLayout, softmaxRows } from "../network/alphas.ts";
import { type BatchNodes, type NetworkNodes, type Relax, score } from "../search/step_graphs.ts";

/** The curvature of one batch's loss, as nodes. */
export interface HessianNodes {
  /** Mean cross-entropy [1]. */
  readonly loss: Node;
  /** Its gradient over the flat alphas [floats]. */
  readonly slope: Node;
  /** (H + weightDecay·I)·v of a direction v [floats], which is taken as a constant. */
  readonly product: (direction: Node) => Node;
}

/**
 * The products of one batch. All of them share the forward pass and the first backward pass, so several in one
 * program cost less than several runs.
 *
 * @param weightDecay added to the diagonal, as the field's eigenvalue has it (0 gives the Hessian of the loss)
 * @param relax from raw alphas to the mixing vector; the softmax of the rows when left out
 */
export function hvpGraph(
  net: Supernet,
  nodes: NetworkNodes & { readonly alphas: Node },
  batch: BatchNodes,
  { weightDecay = 0, relax = (raw) => softmaxRows(raw, net.alphas) }: {
    readonly weightDecay?: number;
    readonly relax?: Relax;
  } = {},
): HessianNodes {
  const { alphas } = nodes;
  const { loss } = score(net, "train", relax(alphas), nodes, batch);
  const [slope] = gradient(loss, [alphas]) as [Node];
  return {
    loss,
    slope,
    product: (direction) => {
      const fixed = stopGradient(direction);
      const [product] = gradient(sum(mul(slope, fixed)), [alphas]) as [Node];
      return weightDecay === 0 ? product : add(product, scale(fixed, weightDecay));
    },
  };
}

/** Products with `count` directions at once: from rows of [count, n] to rows of [count, n]. */
export function rowProducts(product: (direction: Node) => Node, directions: Node): Node {
  const [count, n] = directions.shape as [number, number];
  return stack(Array.from({ length: count }, (_, k) => product(row(directions, k))), n);
}

/**
 * Lanczos steps on the device, all in one program: vectors [count, n], orthonormal among each other and to the
 * rows of `known` [m, n] (zero rows do no harm), and the products with them [count, n]. The first vector has the
 * direction of `start` [n], of length one and orthogonal to `known`, plus `pull` [1] times that of the slope: the
 * gradient leans on the directions of large curvature, so a sequence that starts along it converges sooner. The slope is
 * not orthogonal to `known`: where that has rows other than zero, `pull` has to be 0.
 */
export function krylovGraph(
  { slope, product }: Pick<HessianNodes, "slope" | "product">,
  { start, pull, known, count }: Readonly<Record<"start" | "pull" | "known", Node>> & {
    readonly count: number;
  },
): Record<"vectors" | "products", Node> {
  const n = start.shape[0]!;
  const vectors = [unit(add(start, mul(unit(slope), pull)))];
  const products = [product(vectors[0]!)];
  while (vectors.length < count) {
    const basis = [known, stack(vectors, n)];
    let rest = products.at(-1)!;
    // Twice is enough (Kahan and Parlett).
    for (let pass = 0; pass < 2; pass++) rest = basis.reduce(without, rest);
    vectors.push(unit(rest));
    products.push(product(vectors.at(-1)!));
  }
  return { vectors: stack(vectors, n), products: stack(products, n) };
}

/** x [n] at length one; zero stays zero. */
const unit = (x: Node): Node => div(x, sqrt(shift(sum(square(x)), 1e-30)));

/** x [n] less its parts along the orthonormal rows of `basis` [m, n]. */
function without(x: Node, basis: Node): Node {
  const column = reshape(x, [x.shape[0]!, 1]);
  return sub(x, reshape(matmul(basis, matmul(basis, column), { ta: true }), x.shape));
}

const stack = (rows: readonly Node[], n: number): Node =>
  pack([...rows], rows.map((_, i) => i * n), [rows.length, n]);

/** The alphas of a flat vector, without the floats between matrices [count]. */
export const compacted = (flat: ArrayLike<number>, { matrices }: AlphaLayout): Float64Array =>
  Float64Array.from(places(matrices), (place) => flat[place]!);

/** The flat vector [floats] of alphas [count]; floats between matrices are zero. */
export function spread(alphas: ArrayLike<number>, { matrices, floats }: AlphaLayout): Float32Array {
  const flat = new Float32Array(floats);
  places(matrices).forEach((place, i) => flat[place] = alphas[i]!);
  return flat;
}

const places = (matrices: AlphaLayout["matrices"]): number[] =>
  matrices.flatMap(({ offset, shape: [rows, columns] }) =>
    Array.from({ length: rows * columns }, (_, i) => offset + i)
  );

/** Which alpha entry i of a compacted vector is, as `alphas_normal[3, 1]`. */
export function alphaName(i: number, { matrices }: AlphaLayout): string {
  let first = 0;
  for (const { name, shape: [rows, columns] } of matrices) {
    if (i < first + rows * columns) {
      return `alphas_${name}[${Math.floor((i - first) / columns)}, ${(i - first) % columns}]`;
    }
    first += rows * columns;
  }
  throw new RangeError(`There is no alpha ${i}`);
}
