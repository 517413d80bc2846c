/** `evaluate`: train a genotype's network from scratch, test it once, report; or only test one that is trained. */
import { asksFor, inFlags } from "../src/cli/flags.ts";
import { runCommand } from "../src/cli/main.ts";
import { evaluateCommand, testOnlyCommand } from "../src/config/spec.ts";
import { nameOf } from "../src/data/read.ts";
import { genotypeText } from "../src/network/genotype.ts";
import { resolveGenotype } from "../src/network/resolve_genotype.ts";
import { emptyCellNotes, fewTestImagesNotes } from "../src/report/mod.ts";
import { hooksOf } from "./run/hooks.ts";
import { load } from "./run/load.ts";
import { testOnly } from "./prediction/test_only.ts";
import { explainTraining } from "./needs/explain.ts";
import { claimed, runDirectory, survivingRun, takeUp } from "./run/run.ts";
import { runResult, titleOf, writeGenotype, writeReport } from "./run/files.ts";
import { summary } from "./run/summary.ts";
import { goingOn, networkBefore } from "./training/further.ts";
import { trainingSplit } from "./training/train.ts";
import { networkOf, trainInRun } from "./training/network.ts";

if (asksFor(testOnlyCommand, Deno.args)) await runCommand(testOnlyCommand, testOnly);
await runCommand(evaluateCommand, async (settings, context) => {
  const genotype = resolveGenotype(settings.genotype);
  // As text: a file may be gone when the run is resumed.
  const config = { ...settings, genotype: genotypeText(genotype) };
  const directory = runDirectory(config, `evaluate-${nameOf(config.data)}`);
  using _claimed = claimed(directory, config, context);
  const before = networkBefore(config, directory);
  // Settings tell squares alone.
  const images = await load({ ...config, size: config.size ?? before?.from.images }, hooksOf(context));
  const { data, start } = before ? await goingOn(images, before.from, config, context.signal) : {
    data: images,
  };
  data.notes.slice(images.notes.length).forEach(context.progress.note);
  const given = { config, data, directory, command: "evaluate" } as const;
  const net = networkOf(genotype, config, data);
  const problem = { config, data, net, start };
  trainingSplit(problem);
  if (config.explain || config.dryRun) {
    if (config.resume !== undefined) takeUp(given, context.progress.note);
    return explainTraining(problem, config, context.print);
  }

  const result = await survivingRun(given, context, async (run) => {
    const empty = emptyCellNotes(genotype);
    empty.forEach(run.hooks.note);
    before?.keep(directory);
    const { test, metrics } = await trainInRun(run, problem, config.seed);
    writeGenotype(directory, genotype);
    const result = {
      ...runResult(genotype, net.size, data, { test, images: run.images, seconds: run.seconds() }),
      notes: [...data.notes, ...empty, ...fewTestImagesNotes(test, data.test.count)].map(inFlags),
    };
    writeReport(directory, {
      title: titleOf({}, data.name),
      config,
      environment: run.machine,
      metrics,
      mixing: [],
      dataset: data.name,
      genotype,
      result,
    });
    return result;
  });
  summary(config.json, { ...result, run: directory.path }, context);
});
