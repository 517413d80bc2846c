/** Opens the directory of a finished search: its settings, its data, its supernet. */
import type { Context } from "../../src/cli/main.ts";
import { resolve } from "../../src/config/resolve.ts";
import { commandOf, settingsIn } from "../../src/config/settings_file.ts";
import { searchCommand } from "../../src/config/spec.ts";
import type { Images } from "../../src/data/dataset.ts";
import { type Method, methodByName } from "../../src/methods/mod.ts";
import { dataError, usageError } from "../../src/errors.ts";
import { reason } from "../../src/io/files.ts";
import { join } from "../../src/io/paths.ts";
import { statIfThere } from "../../src/io/read.ts";
import { readSafetensors } from "../../src/io/safetensors.ts";
import { type SupernetVectors, supernetVectors } from "../../src/search/supernet_file.ts";
import { type SearchProblem, searchProblem } from "../stages/problem.ts";
import { searchSplit } from "./search_loop.ts";
import { load } from "./load.ts";

/**
 * The problem a run solved and what it ended with. Raises a usage error for a path that holds no search, and a data
 * error for a damaged file or one of another network.
 */
export async function openRun(
  run: string,
  context: Context,
): Promise<{ problem: SearchProblem; supernet: SupernetVectors; judges: Images }> {
  const path = join(run, "config.json");
  const text = readText(path, run);
  const command = commandOf(settingsIn(text) ?? {}) ?? "search";
  if (command !== "search") {
    throw usageError(`The run ${run} is one of ${command}, which has no supernet; give a run of search.`);
  }
  const config = resolve(searchCommand, { flags: {}, file: { path, text } });
  checkSupernet(run, methodByName(config.method));
  const file = join(run, "supernet.safetensors");
  if (!statIfThere(file)?.isFile) {
    throw usageError(
      `The run ${run} has no supernet.safetensors, which a search writes when it has finished; search again with ` +
        `--config ${path} and a new --out.`,
    );
  }
  const saved = readSafetensors(file);
  const problem = searchProblem(config, await load(config, context));
  const supernet = supernetVectors(problem.net, saved);
  return { problem, supernet, judges: searchSplit(problem).judges };
}

/** Raises a usage error for a run whose method leaves no supernet of the space that its settings name. */
function checkSupernet(run: string, { name, draw, stages }: Method): void {
  if (draw) {
    throw usageError(`The run ${run} is of ${name}, which draws its cell: it has no supernet to look at.`);
  }
  if (stages) {
    throw usageError(
      `The run ${run} is of ${name}, whose last supernet is of a space that its stages made smaller; ` +
        "give a run of another method.",
    );
  }
}

function readText(path: string, run: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) {
      throw usageError(`There is no run in ${run}: ${path} does not exist; give the --out of a search.`, {
        cause,
      });
    }
    throw dataError(`Cannot read ${path}: ${reason(cause)}.`, { cause });
  }
}
