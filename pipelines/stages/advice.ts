/**
 * What to change after a run diverged: settings far above their usual value, if there are any, otherwise the size of
 * the steps.
 */
import { usualArchLr } from "../../src/config/derive.ts";
import { searchGroups } from "../../src/config/schema.ts";
import { fieldsOf } from "../../src/fields.ts";
import { setting } from "../../src/setting.ts";
import type { Advice } from "./finite.ts";
import type { SearchProblem } from "./problem.ts";
import type { TrainingProblem } from "./training_problem.ts";

type Settings = Readonly<Record<string, unknown>>;

const weightKeys = ["lr", "momentum", "weightDecay", "gradClip"];
const alphaKeys = ["archLr", "archWeightDecay"];
/** How many times the usual value is far above it: more than the publications differ by. */
const far = 100;

const fields: Readonly<Record<string, { parse(value: undefined): unknown }>> = fieldsOf(searchGroups);
const usualOf = (key: string): number => Number(fields[key]!.parse(undefined));

/** By how much a setting enlarges the steps: momentum by the length of the sum it makes. */
const effect = (key: string, value: number): number => key === "momentum" ? 1 / (1 - value) : value;

/** The settings far above what is usual, the farthest first; undefined where there are none. */
function lowerFar(
  keys: readonly string[],
  settings: Settings,
  own: Readonly<Record<string, number>> = {},
): string | undefined {
  const named = keys.map((key) => {
    const [value, usual] = [Number(settings[key]), own[key] ?? usualOf(key)];
    const words = `${setting(key)}, which is ${value} where ${usual} is usual`;
    return { words, times: effect(key, value) / effect(key, usual) };
  }).filter(({ times }) => times > far).sort((a, b) => b.times - a.times);
  return named.length > 0 ? `lower ${named.map(({ words }) => words).join(", and ")}` : undefined;
}

/** What to do where the steps of the weights are too large. */
function smallerSteps(settings: Settings): string {
  const [lr, gradClip] = [setting("lr"), setting("gradClip")];
  return Number(settings["gradClip"]) > 0
    ? `lower ${lr} or ${gradClip}`
    : `lower ${lr} or set ${gradClip}, which is 0: nothing is clipped`;
}

/** Of a supernet's search. The alphas' gradient comes through the weights, so that these may be the cause of both. */
export function searchAdvice(
  { config, method }: Pick<SearchProblem, "config" | "method">,
): Required<Advice> {
  const weights = [...weightKeys, ...method.scales?.weights ?? []];
  const alphas = [...alphaKeys, ...method.scales?.alphas ?? []];
  return {
    weights: lowerFar(weights, config) ?? smallerSteps(config),
    alphas: lowerFar([...alphas, ...weights], config, { archLr: method.archLr ?? usualArchLr }) ??
      `lower ${setting("archLr")} or ${setting("lr")}`,
  };
}

/** Of the training of a genotype's network; it has no alphas. */
export const trainingAdvice = ({ config }: Pick<TrainingProblem, "config">): Advice => ({
  weights: lowerFar([...weightKeys, "auxiliary"], config) ?? smallerSteps(config),
});
