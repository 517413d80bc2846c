/**
 * The dominant eigenvalue of the alpha-Hessian during a search, by the field's convention (Zela et al. 2020,
 * section 4): one search batch, BatchNorm in training mode, the alphas' weight decay on the diagonal, the largest
 * signed eigenvalue. Running statistics and everything else of the state stay as they are.
 */
import {
  blockedLanczos,
  centredStart,
  checkProduct,
  compacted,
  constantRow,
  type EigenPair,
  fullHessian,
  hvpGraph,
  type Krylov,
  krylovGraph,
  rowProducts,
  spread,
  symmetricEigen,
  takesFull,
} from "../../src/curvature/mod.ts";
import type { DeviceTensor, Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import type { SearchState } from "../../src/search/state.ts";
import {
  networkInputs,
  numberNodes,
  type Numbers,
  relaxer,
  relaxInputs,
  type SearchProblem,
} from "../stages/problem.ts";
import { batchInputs, batchNodes, type HostBatch, type Stage, stage, stepKey } from "../stages/stage.ts";

/**
 * Products of one program, which share one forward and one backward pass (S5, 8 channels, 5 cells, batch 32: 2.4 s
 * for one, 1.3 s for each further one). An estimate that starts at the last eigenvector takes three.
 */
const together = 3;
/** Rows of the basis that a program takes. */
const basisRows = 24;
/** After so many products an estimate ends: a basis of as many would not fit. */
const mostProducts = basisRows + 1;
/**
 * Share of the largest absolute eigenvalue that the estimated error may be: well below what one batch differs from
 * another.
 */
const tolerance = 5e-2;

export interface DominantEigen {
  /** The largest signed eigenvalue, weight decay included. */
  readonly value: number;
  /** Estimated error of the value; 0 for the full matrix. */
  readonly error: number;
  /** The eigenvector over the alphas [count]. */
  readonly vector: Float64Array;
  /** Hessian-vector products it took. */
  readonly products: number;
  /** Wall time. */
  readonly ms: number;
}

/**
 * Whether a search takes the whole Hessian: only where it is told to, Lanczos needs far fewer products. Throws a
 * usage error where that is too large.
 */
export const isFull = ({ config, layout }: SearchProblem): boolean =>
  takesFull(config.spectrum, layout.count, config.spectrum === "full" ? config.fullLimit : 0);

/** What a program of products is given: the vectors that Lanczos makes of those before, by their names. */
interface ProductInput {
  readonly state: Pick<SearchState, "weights" | "statistics" | "alphas" | "decisions" | "step" | "key">;
  readonly numbers: Numbers;
  readonly batch: HostBatch;
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

/** The products of {@link dominantEigen}. Throws a usage error for a full matrix that is too large. */
export function hessianProducts(
  problem: SearchProblem,
): Stage<ProductInput, Readonly<Record<string, DeviceTensor>>> {
  const { config, data, net, layout } = problem;
  // The noise operation draws the same numbers in all products. Nothing of the mixing vector is left to chance: not every
  // draw can be differentiated twice, and one draw is not what the alphas stand for.
  const vector = (name: string, ...shape: number[]) => ({
    shape,
    feed: ({ vectors }: ProductInput) => vectors[name]!,
  });
  const full = isFull(problem);
  return stage({
    inputs: {
      ...networkInputs(problem, stepKey("curvature noise")),
      ...relaxInputs(problem),
      ...batchInputs(data, config.batch, "search", ({ batch }: ProductInput) => batch),
      ...full && { directions: vector("directions", together, layout.floats) },
      ...!full && {
        start: vector("start", layout.floats),
        pull: vector("pull", 1),
        known: vector("known", basisRows, layout.floats),
      },
    },
    graph({ directions, start, pull, known, ...nodes }): Record<string, Node> {
      const network = { ...nodes, numbers: numberNodes(problem, nodes) };
      const hessian = hvpGraph(net, network, batchNodes(data, "search", nodes), {
        weightDecay: config.archWeightDecay,
        relax: relaxer(problem, nodes),
      });
      return directions
        ? { products: rowProducts(hessian.product, directions) }
        : krylovGraph(hessian, { start: start!, pull: pull!, known: known!, count: together });
    },
    result: (outputs) => outputs,
  });
}

/**
 * The dominant eigenvalue at a state, on one search batch. Throws a divergence error (exit 5) where a product is not
 * finite.
 *
 * @param program of {@link hessianProducts}
 * @param previous eigenvector of an earlier estimate: starting there saves products
 */
export async function dominantEigen(
  runner: Runner,
  problem: SearchProblem,
  program: Program,
  { state, numbers, batch, previous, signal }: Omit<ProductInput, "vectors"> & {
    readonly previous?: Float64Array | undefined;
    readonly signal: AbortSignal;
  },
): Promise<DominantEigen> {
  const { layout } = problem;
  const began = performance.now();
  const multiply = hessianProducts(problem).on(program);
  const run = async (vectors: Record<string, Float32Array>, ...names: string[]) => {
    signal.throwIfAborted();
    const results = multiply({ state, numbers, batch, vectors });
    const tensors = names.map((name) => results[name]!);
    const read = await runner.tensors.read(tensors);
    runner.tensors.release(...tensors);
    return read;
  };
  const found = (pair: EigenPair, products: number): DominantEigen => ({
    value: pair.value,
    error: pair.error,
    vector: pair.vector,
    products,
    ms: performance.now() - began,
  });
  if (isFull(problem)) {
    const rows = async (directions: Float32Array) => (await run({ directions }, "products"))[0]!;
    const { values, vectors } = symmetricEigen(await fullHessian(rows, layout, together), layout.count);
    return found({ value: values.at(-1)!, vector: vectors.at(-1)!, error: 0 }, layout.count);
  }
  const rows = (flat: Float32Array): Float64Array[] =>
    Array.from(
      { length: together },
      (_, k) => compacted(flat.subarray(k * layout.floats, (k + 1) * layout.floats), layout),
    );
  const expand = async (start: Float64Array, basis: readonly Float64Array[]): Promise<Krylov> => {
    const known = new Float32Array(basisRows * layout.floats);
    basis.forEach((vector, k) => known.set(spread(vector, layout), k * layout.floats));
    // A continued sequence has its next vector; one that begins leans on the slope.
    const pull = Float32Array.of(basis.length > 0 ? 0 : previous ? 0.3 : 3);
    const [vectors, products] = await run(
      { start: spread(start, layout), pull, known },
      "vectors",
      "products",
    );
    checkProduct(products!, "of Hessian-vector products");
    return { vectors: rows(vectors!), products: rows(products!) };
  };
  const { top, products } = await blockedLanczos(expand, layout.count, {
    tolerance,
    most: mostProducts,
    ends: "top",
    start: previous ?? centredStart(layout),
  });
  // Softmax ignores a constant added to a row, so the loss is flat along those vectors and the weight decay is their
  // eigenvalue. The Krylov space of a centred start has no part in them.
  const flat = problem.config.archWeightDecay;
  return found(top.value >= flat ? top : { value: flat, vector: constantRow(layout), error: 0 }, products);
}
