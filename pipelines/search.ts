/**
 * `search`: load images, search a cell, discretize it, train the network built from it, test it once, report.
 */
import { inFlags } from "../src/cli/flags.ts";
import { runCommand } from "../src/cli/main.ts";
import { openTable } from "../src/benchmarks/mod.ts";
import { inSearch, trainingOf } from "../src/config/schema.ts";
import { searchCommand } from "../src/config/spec.ts";
import { nameOf } from "../src/data/read.ts";
import { fewTestImagesNotes } from "../src/report/mod.ts";
import { searchCost } from "./needs/cost.ts";
import { explainSearch } from "./needs/explain.ts";
import { checkLargest } from "./needs/largest_training.ts";
import { foresee } from "./needs/foresee.ts";
import { hooksOf } from "./run/hooks.ts";
import { load } from "./run/load.ts";
import { findCell } from "./strategies/mod.ts";
import { claimed, runDirectory, survivingRun, takeUp } from "./run/run.ts";
import { runResult, titleOf, writeGenotype, writeReport, writeSupernet } from "./run/files.ts";
import { stepsOf } from "./algorithm/batches.ts";
import { checkedSearch } from "./algorithm/checked.ts";
import { SearchLog } from "./algorithm/record.ts";
import { summary } from "./run/summary.ts";
import { checkTraining, networkOf, trainInRun } from "./training/network.ts";

await runCommand(searchCommand, async (config, context) => {
  const directory = runDirectory(config, `${config.method}-${config.space}-${nameOf(config.data)}`);
  using _claimed = claimed(directory, config, context);
  const data = await load(config, hooksOf(context));
  const given = { config, data, directory, command: "search" } as const;
  const searched = checkedSearch(config, data);
  const training = trainingOf(config);
  checkTraining(training, data, searched.net.space, config.train);
  // A table may be gigabytes: only what is fit to run reads it.
  const table = await openTable(searched.net.space, { ...config, data: data.name });
  const problem = { ...searched, lookup: table?.lookup };
  const foreseen = foresee(problem);
  if (config.explain || config.dryRun) {
    if (config.resume !== undefined) takeUp(given, context.progress.note);
    foreseen.forEach(context.progress.note);
    return explainSearch(problem, config, context.print);
  }

  const result = await survivingRun(given, context, async (run) => {
    const { runner, hooks, machine } = run;
    const log = new SearchLog(directory);
    foreseen.forEach(hooks.note);
    // A resumed run has passed this check.
    if (config.resume === undefined) await checkLargest(runner, problem, hooks);
    const found = await findCell(runner, problem, hooks, (epoch, part) => log.epoch(epoch, part));
    const { metrics, mixing } = log.shown(found.shown, config.hessian !== undefined);
    for (const [name, content] of Object.entries(found.files)) directory.writeJson(name, content);
    writeGenotype(directory, found.genotype);
    if (found.supernet) writeSupernet(directory, found.supernet);

    const net = inSearch(() => networkOf(found.genotype, training, data));
    const trained = config.train
      ? await inSearch(() => trainInRun(run, { config: training, data, net }, config.seed))
      : undefined;
    const result = {
      ...runResult(found.genotype, net.size, data, {
        test: trained?.test,
        images: run.images,
        seconds: run.seconds(),
      }),
      ...table && {
        benchmark: table.lookup(found.genotype),
        baselines: table.baselines(searchCost(problem, data, log.rows, stepsOf(problem))),
      },
      notes: [
        ...data.notes,
        ...foreseen,
        ...found.notes,
        ...fewTestImagesNotes(trained?.test, data.test.count),
      ].map(inFlags),
    };
    writeReport(directory, {
      title: titleOf(config, data.name),
      method: config.method,
      ...found.supernet && { net: found.supernet.net },
      config,
      environment: machine,
      metrics: [...metrics, ...(trained?.metrics ?? [])],
      mixing,
      dataset: data.name,
      genotype: found.genotype,
      result,
    });
    return result;
  });
  summary(config.json, { ...result, run: directory.path }, context);
});
