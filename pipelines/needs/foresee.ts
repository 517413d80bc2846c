/** Warnings before a search begins: that it has too few steps for what its method has to find. */
import { type Ahead, extentsOf } from "../../src/methods/mod.ts";
import { reachOf, rounded, toReach } from "../../src/methods/reach.ts";
import { setting } from "../../src/setting.ts";
import { numbersOf, type SearchProblem } from "../stages/problem.ts";
import { stepsOf } from "../algorithm/batches.ts";
import { rulesOf } from "../strategies/mod.ts";

/** Deviations of the start that alphas have to move by to leave it behind. */
const leavesStart = 10;

const seenBefore = `With ${setting("levels")} 1 the validation images have trained the weights: ` +
  "the accuracies of the supernet say little about other images.";

/** One sentence each, of all stages. Throws a usage error for a batch larger than a half. */
export function foresee(problem: SearchProblem): string[] {
  const { config, method } = problem;
  if (method.strategy.kind === "drawn") return [];
  const steps = stepsOf(problem);
  const extents = extentsOf(method.strategy, config, config);
  const ofStages = extents.flatMap((extent, s) =>
    ofStage({ ...problem, config: { ...config, ...extent } }, steps).map((note) =>
      extents.length > 1 ? `Stage ${s + 1}: ${note}` : note
    )
  );
  return config.levels === 1 ? [...ofStages, seenBefore] : ofStages;
}

function ofStage(problem: SearchProblem, stepsPerEpoch: number): string[] {
  const { config, method, net: { space } } = problem;
  const ahead = { ...config, stepsPerEpoch, space };
  const moving = rulesOf(method).followsGradient && method.stepOrder(config) !== "weights only";
  return [
    ...moving ? byChance(method.start.deviation, ahead) : [],
    ...atZero(problem),
    ...method.foresee?.(config, ahead) ?? [],
  ];
}

/** A warning for each number of the method that grows from zero with the epochs, where there is only one. */
function atZero(problem: SearchProblem): string[] {
  const { config: { epochs, ramps }, method } = problem;
  if (epochs > 1 || ramps === "step") return [];
  const [start, later] = [numbersOf(problem, 0), numbersOf(problem, 0.5)];
  return Object.keys(start).filter((name) => start[name] === 0 && later[name]! > 0).map((name) =>
    `The ${
      name.replaceAll("_", " ")
    } of ${method.name} grows from 0 with the epochs: in the only one it has no effect. ` +
    `Set ${setting("epochs")} to 2 or more, or ${setting("ramps")} to step.`
  );
}

/** A warning where the alphas move by less than they differ by from the start. */
function byChance(deviation: number, ahead: Ahead): string[] {
  const { words, distance } = reachOf(ahead);
  if (distance >= deviation) return [];
  return [
    `The alphas start at random with a deviation of ${deviation}, and Adam moves them by about ` +
    `${rounded(distance)} in ${words}: chance decides the cell. ` +
    `${toReach(leavesStart * deviation, ahead)}.`,
  ];
}
