/** `evaluate`: train a genotype's network from scratch, test it once, report. */
import { runCommand } from "../src/cli/main.ts";
import { evaluateCommand } from "../src/config/spec.ts";
import { Runner } from "../src/gpu/mod.ts";
import { createRunDirectory } from "../src/io/run_directory.ts";
import { resolveGenotype } from "../src/network/resolve_genotype.ts";
import { explainTraining } from "./loops/explain.ts";
import { environment, runResult, writeGenotype, writeReport } from "./loops/run_record.ts";
import { summary } from "./loops/summary.ts";
import { trainingSplit } from "./loops/train_loop.ts";
import { load, networkOf, train } from "./loops/training.ts";

await runCommand(evaluateCommand, async (config, context) => {
  const started = performance.now();
  const genotype = resolveGenotype(config.genotype);
  const data = await load(config, context);
  const net = networkOf(genotype, config, data);
  const problem = { config, data, net };
  trainingSplit(problem);
  const directory = createRunDirectory(config.out, { label: `evaluate-${data.name}` });
  if (config.explain || config.dryRun) return explainTraining(problem, config, context.print);

  const runner = await Runner.open(config.adapter);
  const machine = environment(runner.info, context.commandLine);
  const begin = () => {
    directory.writeJson("config.json", config);
    directory.writeJson("environment.json", machine);
    writeGenotype(directory, genotype);
  };
  const { test, metrics } = await train(runner, problem, config.seed, directory, context, begin);
  const result = runResult(genotype, net.size, data, test, (performance.now() - started) / 1000);
  writeReport(directory, {
    title: `Evaluation on ${data.name}`,
    config,
    environment: machine,
    metrics,
    mixing: [],
    data,
    genotype,
    result,
    notes: [],
  });
  runner.close();
  summary(config.json, { ...result, run: directory.path }, context.print);
});
