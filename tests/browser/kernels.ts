/** The kernels of plans of all methods and spaces. */
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import type { Graph } from "../../src/gpu/mod.ts";
import type { Job } from "../../src/gpu/pipelines.ts";
import { jobsOf } from "../../src/gpu/program.ts";
import type { Tuning } from "../../src/graph/tuning.ts";
import { type Method, methodByName, methods } from "../../src/methods/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import { type Space, spaces } from "../../src/spaces/mod.ts";
import { searchGraphs } from "../../pipelines/algorithm/search.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { catalogue } from "../kernels/catalogue.ts";
import { noiseData } from "../pipelines/noise_data.ts";

/** The graphs of a search in few channels. */
function graphsOf(method: Method, space: Space, layers: number, more: Record<string, string> = {}): Graph[] {
  const flags = {
    ...{ method: method.name, space: space.name, batch: "8", channels: "4", layers: String(layers) },
    ...{ epochs: "8", samples: "2", iterations: "1", searchDropPath: "0.2", cutout: "2" },
    ...more,
  };
  return Object.values(searchGraphs(searchProblem(resolve(searchCommand, { flags }), noiseData)));
}

/** Each kernel alone; every method on a space of each kind that it fits; every space; a step of second order. */
function* graphs(): Generator<Graph> {
  for (const node of Object.values(catalogue)) yield { node };
  const kinds = Map.groupBy(spaces, ({ kind }) => kind);
  for (const method of methods.filter(({ strategy }) => strategy.kind !== "drawn")) {
    for (const [kind, [space]] of kinds) {
      if (method.fits?.includes(kind) ?? true) yield* graphsOf(method, space!, method.weightPenalty ? 4 : 1);
    }
  }
  for (const space of spaces) yield* graphsOf(methodByName("ms-darts"), space, 3);
  yield* graphsOf(methodByName("darts"), spaces[0]!, 1, { order: "2", hessian: "every=1" });
}

/** The kernels that plans of all methods and spaces use, under some records: what their pipelines are made from. */
export function kernelsOfPlans(records: readonly Tuning[]): Job[] {
  const found = new Map<string, Job>();
  for (const tuning of records) {
    for (const graph of graphs()) {
      for (const job of jobsOf(compile(graph, { maxBinding: 2 ** 27, tuning }), false)) {
        found.set(JSON.stringify(job), job);
      }
    }
  }
  return [...found.values()];
}
