/** `step`: one supernet step from a safetensors file, for comparison with other implementations. */
import { runCommand } from "../src/cli/main.ts";
import { confineWrites } from "../src/cli/permissions.ts";
import { stepCommand } from "../src/config/spec.ts";
import { computeHessian } from "../src/curvature/mod.ts";
import { usageError } from "../src/errors.ts";
import { Runner } from "../src/gpu/mod.ts";
import { records } from "../src/graph/tuning_records.ts";
import { attempt, tryWriting } from "../src/io/files.ts";
import { dirname } from "../src/io/paths.ts";
import { statIfThere } from "../src/io/read.ts";
import { readSafetensors, writeSafetensors } from "../src/io/safetensors.ts";
import { checkStepClaims } from "../src/network/step_claims.ts";
import { computeStep } from "../src/search/step_file.ts";

await runCommand(stepCommand, async (config, { progress }) => {
  const { input, output, compute, variant, adapter, tuning } = config;
  const file = readSafetensors(input);
  checkStepClaims(file);
  checkOutput(input, output);
  confineWrites([dirname(output)]);
  const runner = await Runner.open(adapter, { tuning: tuning && records[tuning], note: progress.note });
  const outputs = compute === "hessian"
    ? await computeHessian(runner, file, config)
    : await computeStep(runner, file, variant);
  runner.close();
  writeSafetensors(output, outputs, file.metadata);
});

/** What is computed for long is not to have nowhere to go, nor to take the place of what it was computed from. */
function checkOutput(input: string, output: string): void {
  const there = statIfThere(output);
  if (there?.isDirectory) {
    throw usageError(`Cannot write ${output}: there is a folder of that name; name a file.`);
  }
  if (there && Deno.realPathSync(input) === Deno.realPathSync(output)) {
    throw usageError(`${output} is the file to read; name another one to write.`);
  }
  attempt(`Cannot write ${output}`, () => tryWriting(dirname(output)), usageError);
}
