/** Opens the directory of a finished search: its settings, its data, its supernet. */
import { resuming } from "../../src/cli/flags.ts";
import type { Context } from "../../src/cli/main.ts";
import { resolve } from "../../src/config/resolve.ts";
import type { LandscapeConfig } from "../../src/config/landscape.ts";
import { commandIn, readRunSettings } from "../../src/config/settings_file.ts";
import { searchCommand } from "../../src/config/spec.ts";
import type { Images } from "../../src/data/dataset.ts";
import { type Method, methodByName } from "../../src/methods/mod.ts";
import { usageError } from "../../src/errors.ts";
import { join } from "../../src/io/paths.ts";
import { statIfThere } from "../../src/io/read.ts";
import { readSafetensors } from "../../src/io/safetensors.ts";
import type { SupernetVectors } from "../../src/search/state.ts";
import { supernetVectors } from "../../src/search/supernet_file.ts";
import { setting } from "../../src/setting.ts";
import { checkImages, imagesHash } from "../checkpoint/identity.ts";
import { type SearchProblem, searchProblem } from "../stages/problem.ts";
import { searchSplit } from "../algorithm/batches.ts";
import { rulesOf } from "../strategies/mod.ts";
import { hooksOf } from "../run/hooks.ts";
import { load } from "../run/load.ts";

/** The problem a run solved and what it ended with. */
export interface OpenedRun {
  readonly problem: SearchProblem;
  readonly supernet: SupernetVectors;
  readonly validation: Images;
}

/**
 * A run that can be opened, which takes the time that its data take. Throws a usage error for a path that holds no
 * search; `open` throws a data error for a damaged file, one of another network, or other images.
 */
export function openingOf(
  { run, data }: Pick<LandscapeConfig, "run" | "data">,
  note: (words: string) => void,
): { readonly open: (context: Context) => Promise<OpenedRun> } {
  const record = readRunSettings(run, { verb: "look at" });
  const command = commandIn(record.text) ?? "search";
  if (command !== "search") {
    throw usageError(`The run ${run} is one of ${command}, which has no supernet; give a run of search.`);
  }
  const flags = data === undefined ? {} : { data };
  const config = resolve(searchCommand, { flags, file: record }, note);
  checkSupernet(run, methodByName(config.method));
  const file = join(run, "supernet.safetensors");
  if (!statIfThere(file)?.isFile) {
    const how = statIfThere(join(run, "genotype.json"))
      ? `search again with ${setting("config")} ${run} and a new ${setting("out")}.`
      : `resume it with: ${resuming("search", run)}`;
    throw usageError(
      `The run ${run} has no supernet.safetensors, which a search writes when it has finished; ${how}`,
    );
  }
  return {
    open: async (context) => {
      const saved = readSafetensors(file);
      const images = await load(config, hooksOf(context));
      checkImages(run, imagesHash(images));
      const problem = searchProblem(config, images);
      const supernet = supernetVectors(problem.net, saved);
      return { problem, supernet, validation: searchSplit(problem).validation };
    },
  };
}

/** Throws a usage error for a run whose method leaves no supernet of the space that its settings name. */
function checkSupernet(run: string, method: Method): void {
  const { noSupernet } = rulesOf(method);
  if (noSupernet) throw usageError(`The run ${run} is of ${method.name}, ${noSupernet}`);
}
