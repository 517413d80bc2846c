/** The largest network of a space: none that a search may find needs more memory for its training. */
import { assert, assertEquals } from "deno-std/assert";
import { trainingOf } from "../../src/config/schema.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { randomGenotype } from "../../src/network/discretize.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { needOf } from "../../src/plan/budget.ts";
import { compile } from "../../src/plan/compile.ts";
import { drawing } from "../../src/random.ts";
import { spaces } from "../../src/spaces/mod.ts";
import { largestTraining } from "../../pipelines/needs/largest_training.ts";
import { trainingGraphs } from "../../pipelines/training/train.ts";
import { networkOf } from "../../pipelines/training/network.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import type { TrainingProblem } from "../../pipelines/stages/training_problem.ts";
import { noiseData } from "./noise_data.ts";

const sizes = { batch: "8", evalBatch: "8", evalChannels: "16", evalLayers: "5" };
const problemOf = (flags: Record<string, string | boolean>) =>
  searchProblem(
    resolve(searchCommand, { flags: { ...sizes, auxiliary: "0", dropPath: "0", ...flags } }),
    noiseData,
  );

const needed = (problem: TrainingProblem): number =>
  needOf(...Object.values(trainingGraphs(problem)).map((graph) => compile(graph, { maxBinding: 2 ** 30 })))
    .bytes;

for (const space of spaces) {
  Deno.test(`no network of ${space.name} needs more memory than the largest`, () => {
    const { config, net } = problemOf({ space: space.name, method: "darts" });
    const training = trainingOf(config);
    const bound = needed(largestTraining(problemOf({ space: space.name, method: "darts" }))!);
    for (let i = 0; i < 15; i++) {
      const genotype = randomGenotype(net.space, drawing([1, i]));
      const bytes = needed({
        config: training,
        data: noiseData,
        net: networkOf(genotype, training, noiseData),
      });
      assert(bytes <= bound, `${genotypeText(genotype)} needs ${bytes} of ${bound} bytes`);
    }
  });
}

Deno.test("a search has the trainings at its end planned, and none where there is none", () => {
  const both = largestTraining(problemOf({ method: "r-darts-dp" }))!;
  assertEquals(both.config.batch, 8);
  const short = largestTraining(problemOf({ method: "r-darts-dp", train: false, evalBatch: "64" }))!;
  // What its cells are compared by: on the half of the images that trains the weights.
  assertEquals([short.config.batch, short.data.train.count], [16, 16]);
  assertEquals(
    largestTraining(problemOf({ method: "r-darts-dp", train: false, selectEpochs: "0" })),
    undefined,
  );
  assertEquals(largestTraining(problemOf({ method: "darts", train: false })), undefined);
});
