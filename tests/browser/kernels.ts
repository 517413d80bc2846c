/** The kernels of plans of all methods and spaces, under both tuning records. */
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import type { Graph } from "../../src/gpu/mod.ts";
import type { Job } from "../../src/gpu/pipelines.ts";
import { jobsOf } from "../../src/gpu/program.ts";
import { kernelKey } from "../../src/graph/node.ts";
import type { Tuning } from "../../src/graph/tuning.ts";
import { tuningFor } from "../../src/graph/tuning_records.ts";
import { type Method, methodByName, methods } from "../../src/methods/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import { type Space, spaces } from "../../src/spaces/mod.ts";
import { searchGraphs } from "../../pipelines/algorithm/search.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { catalogue } from "../kernels/catalogue.ts";
import { noiseData } from "../pipelines/noise_data.ts";

/** Of an adapter that does not compute on the CPU. */
export const gpu = tuningFor({ adapter: "a GPU", software: false });

/** The graphs of a search in a few channels. */
function graphsOf(method: Method, space: Space, layers: number, more: Record<string, string> = {}): Graph[] {
  const flags = {
    ...{ method: method.name, space: space.name, batch: "8", channels: "4", layers: String(layers) },
    ...{ epochs: "8", samples: "2", iterations: "1", searchDropPath: "0.2", cutout: "2" },
    ...more,
  };
  return Object.values(searchGraphs(searchProblem(resolve(searchCommand, { flags }), noiseData)));
}

/** Every method on a space of each kind that it fits, every space, and a step of second order. */
function* graphs(): Generator<Graph> {
  for (const node of Object.values(catalogue)) yield { node };
  const [first] = spaces;
  for (const method of methods) {
    const kinds = Map.groupBy(spaces, ({ kind }) => kind);
    for (const [kind, [space]] of kinds) {
      const fits = method.fits === undefined || method.fits.includes(kind);
      if (fits && method.strategy.kind !== "drawn") yield* graphsOf(method, space!, 1);
    }
  }
  for (const space of spaces) yield* graphsOf(methodByName("ms-darts"), space, 3);
  yield* graphsOf(methodByName("darts"), first!, 1, { order: "2", hessian: "every=1" });
}

/** The kernels that plans of all methods and spaces use, under a record: what their pipelines are made from, each once. */
export function kernelsOfPlans(tuning: Tuning): Job[] {
  const found = new Map<string, Job>();
  for (const graph of graphs()) {
    for (const job of jobsOf(compile(graph, { maxBinding: 2 ** 27, tuning }), false)) {
      found.set(JSON.stringify([kernelKey(job.kernel), { ...job, kernel: undefined }]), job);
    }
  }
  return [...found.values()];
}
