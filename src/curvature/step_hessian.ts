/** Second derivatives of a step file's loss over its alphas: what an independent implementation is compared with. */
import { dataError } from "../errors.ts";
import type { Runner } from "../gpu/mod.ts";
import type { Node } from "../graph/node.ts";
import { input } from "../graph/ops/mod.ts";
import type { SafetensorsFile, Tensor } from "../io/safetensors.ts";
import { computeGradients } from "../search/step_file.ts";
import { feeds, stepNodes } from "../search/step_nodes.ts";
import { stepNetwork } from "../search/step_metadata.ts";
import { symmetricEigen } from "./eigen.ts";
import { checkProduct, fullHessian, type SpectrumName, takesFull } from "./full.ts";
import { compacted, hvpGraph, rowProducts, spread } from "./hvp.ts";
import { lanczos } from "./lanczos.ts";

/** Directions of one program: they share one forward and one backward pass. */
const together = 4;

/** How {@link computeHessian} finds the eigenvalues. */
export interface HessianOptions {
  /** By the full matrix, by Lanczos, or by whichever suits the number of alphas. */
  readonly spectrum: SpectrumName;
  /** Alphas up to which the full matrix is computed. */
  readonly fullLimit: number;
}

/**
 * The gradients of a step file and its curvature: `hessian` [n, n] of the loss over the raw alphas as computed, and
 * `eigenvalues` [n] of its symmetric part, ascending. By Lanczos: `eigenvalues` [2], the smallest and the largest,
 * their `eigenvectors` [2, n] and `errors` [2].
 *
 * Throws a usage error for a full matrix above the limit, a data error without alphas, and a divergence error (exit
 * 5) that names a tensor with values that are not finite.
 */
export async function computeHessian(
  runner: Runner,
  file: SafetensorsFile,
  { spectrum, fullLimit }: HessianOptions,
): Promise<Map<string, Tensor>> {
  const net = stepNetwork(file);
  const layout = net.alphas;
  const wanted = layout.matrices.map(({ name }) => `alphas_${name}`);
  const missing = wanted.find((name) => !file.tensors.has(name));
  if (missing !== undefined) {
    throw dataError(
      `${file.file} has no tensor ${missing}; a Hessian over the alphas needs ${wanted.join(" and ")}.`,
    );
  }
  const n = layout.count;
  const full = takesFull(spectrum, n, fullLimit);
  const outputs = await computeGradients(runner, file);
  for (const [name, { data }] of outputs) checkProduct(data as Float32Array, name);

  const count = full ? together : 1;
  const { nodes, batch } = stepNodes(net, file);
  const { product } = hvpGraph(net, nodes, batch);
  const graph: Record<string, Node> = {
    products: rowProducts(product, input("directions", [count, layout.floats])),
  };
  const program = await runner.load(runner.compile(graph));
  try {
    const names = Object.keys(program.plan.inputs).filter((name) => name !== "directions");
    const fixed = feeds(net, file, names);
    const products = async (directions: Float32Array): Promise<Float32Array> => {
      const { products } = program.run<"products">({ ...fixed, directions });
      const [rows] = await runner.tensors.read([products]);
      runner.tensors.release(products);
      return rows!;
    };
    if (full) {
      const hessian = await fullHessian(products, layout, count);
      outputs.set("hessian", tensor([n, n], hessian));
      outputs.set("eigenvalues", tensor([n], symmetricEigen(hessian, n).values));
    } else {
      const once = async (v: Float32Array): Promise<Float64Array> => {
        const got = compacted(await products(spread(v, layout)), layout);
        checkProduct(got, "of a Hessian-vector product");
        return got;
      };
      const { bottom, top } = await lanczos(once, n, { tolerance: 1e-4 });
      outputs.set("eigenvalues", tensor([2], [bottom.value, top.value]));
      outputs.set("eigenvectors", tensor([2, n], [...bottom.vector, ...top.vector]));
      outputs.set("errors", tensor([2], [bottom.error, top.error]));
    }
  } finally {
    program.destroy();
  }
  return outputs;
}

const tensor = (shape: readonly number[], data: ArrayLike<number>): Tensor => ({
  dtype: "F32",
  shape,
  data: Float32Array.from(data),
});
