/** `study`: runs what is missing of a study, keeps a small record of each run that ends, and makes the page. */
import { quoted } from "../src/quoted.ts";
import { runCommand } from "../src/cli/main.ts";
import { confineWrites } from "../src/cli/permissions.ts";
import { studyCommand } from "../src/config/spec.ts";
import type { StudyConfig } from "../src/config/study.ts";
import { parseStudy } from "../src/config/study_file.ts";
import { UserError } from "../src/errors.ts";
import { runner, runsFolder } from "../src/environment.ts";
import { makeFolder, toJson, writeFileAtomic } from "../src/io/files.ts";
import { basename, dirname, join } from "../src/io/paths.ts";
import { readNamed } from "../src/io/read.ts";
import { studyHtml, studyLines, type StudyRecord, studySvg, summariseStudy } from "../src/report/mod.ts";
import { failureError } from "./comparison/children.ts";
import { type Failure, interrupted } from "./comparison/ended.ts";
import { strangeImages } from "./comparison/run_files.ts";
import { runMissing } from "./comparison/run_missing.ts";
import { failedRecord, imagesLike, readRecords, recordName, recordOf, writeRecord } from "./study/records.ts";
import { chosenKeys, plannedRun } from "./study/runs.ts";
import { studyTable } from "./study/table.ts";

/** Exit code of a run that diverged: with the same settings it does so again. */
const diverged = 5;

/** The largest study file there is a use for, in bytes. */
const most = 2 ** 20;

await runCommand(studyCommand, async (config, { signal, progress, print }) => {
  const study = parseStudy(readNamed("study", config.file, { most }), config.file);
  const beside = config.file.replace(/\.json$/, "");
  const folder = config.out ?? join(runsFolder(), basename(beside));
  const all = study.seeds.flatMap((seed) => study.arms.map((arm) => ({ arm, seed })));
  const chosen = chosenKeys(study, config);
  let records = readRecords(beside, study, all);
  const table = await studyTable(study, config, records);
  const had = chosen.filter((key) => records.has(recordName(key))).length;
  const missing = new Map(
    (config.page ? [] : chosen.filter((key) => !records.has(recordName(key))))
      .map((key) => [plannedRun(study, key, config.data!, folder), key]),
  );
  const failures = new Map<string, Failure>();
  const command = commandOf(config);

  /** The page and the figure, after each run: whoever cannot wait sees what there is, of other processes too. */
  const publish = () => {
    records = readRecords(beside, study, all);
    const shown = all.flatMap((key) => {
      const name = recordName(key);
      const failure = failures.get(name);
      return records.get(name) ?? (failure ? failedRecord(study, key, failure.message) : []);
    });
    const summary = summariseStudy(study, shown, table(shown));
    writeFileAtomic(`${beside}.html`, studyHtml(summary, command));
    writeFileAtomic(`${beside}.svg`, studySvg(summary));
    return { shown, summary };
  };

  if (!config.page) makeFolder(beside);
  // A file is written under another name beside its own first.
  confineWrites([folder, dirname(beside)]);
  if (had > 0) progress.note(`${had} of ${chosen.length} runs are done already`);
  publish();

  const stopped = await runMissing([...missing.keys()], {
    done: had,
    all: chosen.length,
    jobs: config.jobs,
    // No record tells that they are of this study's images.
    verify: true,
    signal,
    note: progress.note,
    onEnd: (run, ended) => {
      const key = missing.get(run)!;
      const failure = ended ?? strangeImages(run, imagesLike(study, key, readRecords(beside, study, all)));
      if (failure?.code === diverged) writeRecord(beside, key, failedRecord(study, key, failure.message));
      else if (failure) failures.set(run.name, failure);
      else writeRecord(beside, key, recordOf(study, key, run.directory));
      publish();
      return failure ? `failed: ${failure.message}` : "done";
    },
  });
  const rest = `of ${all.length} runs are done; the same command goes on with the others`;
  if (signal.aborted) {
    progress.note(`${records.size} ${rest}`);
    throw signal.reason;
  }
  const { shown, summary } = publish();
  if (stopped.length > 0) progress.note(`${records.size} ${rest}`);
  if (config.json) print(toJson({ study, baselines: summary.baselines, records: shown }));
  else {
    studyLines(summary).forEach(print);
    print(`page: ${beside}.html`);
  }
  const failed = shown.filter(({ failure }) => failure !== undefined);
  if (failed.length === 0 && stopped.length === 0) return;
  if (failed.length === 0) {
    throw new UserError(interrupted, `${stopped.length} of ${all.length} runs were stopped.`);
  }
  const [{ arm, seed, failure }] = failed as [StudyRecord];
  throw failureError(
    failures.get(`${arm}-seed${seed}`) ?? { code: diverged },
    `${failed.length} of ${all.length} runs failed, ${arm}-seed${seed} with: ${failure}`,
  );
});

/** The command that makes the study, wherever somebody else has the images. */
function commandOf({ file }: StudyConfig): string {
  return `${runner} study ${quoted(file)} --data path/to/images`;
}
