/**
 * `search`: load images, search a cell, discretize it, train the network built from it, test it once, report.
 */
import { runCommand } from "../src/cli/main.ts";
import { trainingOf } from "../src/config/derive.ts";
import { searchCommand } from "../src/config/spec.ts";
import { Runner } from "../src/gpu/mod.ts";
import { createRunDirectory } from "../src/io/run_directory.ts";
import { collapseNote, type MetricRow, type MixingEpoch } from "../src/report/mod.ts";
import { type LoggedEpoch, writeAlphaDistances } from "./loops/alpha_path.ts";
import { isFull } from "./loops/curvature.ts";
import { explainSearch } from "./loops/explain.ts";
import {
  environment,
  metricRow,
  runResult,
  writeGenotype,
  writeReport,
  writeSupernet,
} from "./loops/run_record.ts";
import { searchSplit } from "./loops/search_loop.ts";
import { bestNote, bestSearch } from "./loops/several.ts";
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
  isFull(problem);
  if (config.train) checkTraining(training, data, problem.net.space);
  const directory = createRunDirectory(config.out, {
    label: `${config.method}-${config.space}-${data.name}`,
  });
  if (config.explain || config.dryRun) return explainSearch(problem, config, print);

  const runner = await Runner.open(config.adapter);
  const machine = environment(runner.info, commandLine);
  const hooks = { signal, onStep: progress.step, onEpoch: progress.epoch, note: progress.note };
  // What the report shows of each search; a method may search several times, and turn a search back.
  const logged: LoggedEpoch[] = [];
  const records: { metrics: MetricRow[]; mixing: MixingEpoch[] }[] = [];
  const { found, turns, supernet, index, rows } = await bestSearch(
    runner,
    problem,
    hooks,
    (epoch, search) => {
      if (records.length === 0) {
        directory.writeJson("config.json", config);
        directory.writeJson("environment.json", machine);
      }
      const record = records[search] ??= { metrics: [], mixing: [] };
      const row = metricRow("search", epoch, {
        ...(problem.method.searches && { search }),
        architecture_loss: epoch.architecture?.loss ?? null,
        ...epoch.numbers,
        skip_count: epoch.skips,
        alpha_entropy: epoch.entropy,
        ...epoch.curvature && {
          eigenvalue: epoch.curvature.eigenvalue,
          eigenvalue_error: epoch.curvature.eigenvalueError,
          discretization_gap: epoch.curvature.discretizationGap ?? null,
        },
      });
      record.metrics.splice(epoch.epoch, Infinity, row);
      record.mixing.splice(epoch.epoch, Infinity, { epoch: epoch.epoch, weights: epoch.weights });
      logged.push({ search, row, alphas: epoch.alphas });
      directory.appendRow("metrics.jsonl", row);
      directory.appendRow("alphas.jsonl", {
        epoch: epoch.epoch,
        ...(problem.method.searches && { search }),
        ...epoch.alphas,
      });
    },
  );
  const { metrics: searched, mixing } = records[index]!;
  const distances = config.hessian ? writeAlphaDistances(directory, logged) : undefined;
  const metrics = searched.map((row) => distances?.get(row) ?? row);
  if (rows.length > 0) directory.writeJson("searches.json", { chosen: index, searches: rows });
  writeGenotype(directory, found.genotype);
  writeSupernet(directory, problem, supernet);

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
    net: problem.net,
    config,
    environment: machine,
    metrics: [...metrics, ...(trained?.metrics ?? [])],
    mixing,
    data,
    genotype: found.genotype,
    result,
    notes: [...turns, bestNote(index, rows), collapseNote(found.genotype)].filter((note) =>
      note !== undefined
    ),
  });
  runner.close();
  summary(config.json, { ...result, run: directory.path }, print);
});
