/**
 * `search`: load images, search a cell, discretize it, train the network built from it, test it once, report.
 */
import { runCommand } from "../src/cli/main.ts";
import { trainingOf } from "../src/config/derive.ts";
import { searchCommand } from "../src/config/spec.ts";
import { Runner } from "../src/gpu/mod.ts";
import { createRunDirectory } from "../src/io/run_directory.ts";
import { type AlphaRow, collapseNote, type MetricRow } from "../src/report/mod.ts";
import { explainSearch } from "./loops/explain.ts";
import { environment, metricRow, runResult, writeGenotype, writeReport } from "./loops/run_record.ts";
import { searchLoop, searchSplit } from "./loops/search_loop.ts";
import { summary } from "./loops/summary.ts";
import { checkTraining, load, networkOf, train } from "./loops/training.ts";
import { searchProblem } from "./stages/problem.ts";

await runCommand(searchCommand, async (config, context) => {
  const { signal, progress, commandLine, print } = context;
  const started = performance.now();
  const data = await load(config, context);
  const problem = searchProblem(config, data);
  const training = trainingOf(config);
  searchSplit(problem);
  if (config.train) checkTraining(training, data, problem.net.space);
  const directory = createRunDirectory(config.out, {
    label: `${config.method}-${config.space}-${data.name}`,
  });
  if (config.explain || config.dryRun) return explainSearch(problem, config, print);

  const runner = await Runner.open(config.adapter);
  const machine = environment(runner.info, commandLine);
  const hooks = { signal, onStep: progress.step, onEpoch: progress.epoch, note: progress.note };
  const metrics: MetricRow[] = [];
  const alphas: AlphaRow[] = [];
  const found = await searchLoop(runner, problem, hooks, (epoch) => {
    if (metrics.length === 0) {
      directory.writeJson("config.json", config);
      directory.writeJson("environment.json", machine);
    }
    const row = metricRow("search", epoch, {
      architecture_loss: epoch.architecture?.loss ?? null,
      epsilon: epoch.epsilon ?? null,
      skip_count: epoch.skips,
      alpha_entropy: epoch.entropy,
    });
    metrics.push(row);
    alphas.push({ epoch: epoch.epoch, ...epoch.alphas });
    directory.appendRow("metrics.jsonl", row);
    directory.appendRow("alphas.jsonl", alphas.at(-1));
  });
  writeGenotype(directory, found.genotype);

  const net = networkOf(found.genotype, training, data);
  const trained = config.train
    ? await train(runner, { config: training, data, net }, config.seed, directory, context)
    : undefined;
  const result = runResult(
    found.genotype,
    net.size,
    data,
    trained?.test,
    (performance.now() - started) / 1000,
  );
  writeReport(directory, {
    title: `${config.method} on ${config.space}, ${data.name}`,
    method: config.method,
    space: problem.net.space,
    config,
    environment: machine,
    metrics: [...metrics, ...(trained?.metrics ?? [])],
    alphas,
    data,
    genotype: found.genotype,
    result,
    notes: [collapseNote(found.genotype)].filter((note) => note !== undefined),
  });
  runner.close();
  summary(config.json, { ...result, run: directory.path }, print);
});
