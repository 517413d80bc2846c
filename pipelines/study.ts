/** `study`: runs what is missing of a study, keeps a small record of each run that ends, and makes the page. */
import { quoted } from "../src/cli/flags.ts";
import { runCommand } from "../src/cli/main.ts";
import { confineWrites } from "../src/cli/permissions.ts";
import { studyCommand } from "../src/config/spec.ts";
import type { StudyConfig } from "../src/config/study.ts";
import { parseStudy } from "../src/config/study_file.ts";
import { type ExitCode, UserError } from "../src/errors.ts";
import { runner, runsFolder } from "../src/environment.ts";
import { makeFolder, toJson, writeFileAtomic } from "../src/io/files.ts";
import { basename, dirname, join } from "../src/io/paths.ts";
import { readText } from "../src/io/read.ts";
import { studyHtml, studyLines, type StudyRecord, studySvg, summariseStudy } from "../src/report/mod.ts";
import { inParallel } from "./comparison/children.ts";
import { runOrWait } from "./comparison/run_once.ts";
import {
  failedRecord,
  readRecord,
  type RecordKey,
  recordName,
  recordOf,
  writeRecord,
} from "./study/records.ts";
import { chosenKeys, plannedRun, type StudyRun } from "./study/runs.ts";
import { studyTable } from "./study/table.ts";

/** Exit code of a run that diverged: with the same settings it does so again. */
const diverged = 5;

/** The largest study file there is a use for, in bytes. */
const most = 2 ** 20;

await runCommand(studyCommand, async (config, { signal, progress, print }) => {
  const study = parseStudy(readText(config.file, { most }), config.file);
  const beside = config.file.replace(/\.json$/, "");
  const folder = config.out ?? join(runsFolder(), basename(beside));
  const all = study.seeds.flatMap((seed) => study.arms.map((arm) => ({ arm, seed })));
  const records = new Map<string, StudyRecord>();
  for (const key of all) {
    const record = readRecord(beside, study, key);
    if (record) records.set(recordName(key), record);
  }
  const table = await studyTable(study, config, folder);
  const failures = new Map<string, string>();
  const command = commandOf(config);

  /** The page and the figure, after each run: whoever cannot wait sees what there is. */
  const publish = () => {
    const shown = [
      ...records.values(),
      ...all.flatMap((key) => failedNow(key, failures.get(recordName(key)))),
    ];
    const summary = summariseStudy(study, shown, table(shown));
    writeFileAtomic(`${beside}.html`, studyHtml(summary, command));
    writeFileAtomic(`${beside}.svg`, studySvg(summary));
    return { shown, summary };
  };
  const failedNow = (key: RecordKey, failure: string | undefined) =>
    failure === undefined || records.has(recordName(key)) ? [] : [failedRecord(study, key, failure)];

  const chosen = chosenKeys(study, config);
  const missing = config.page ? [] : chosen.filter((key) => !records.has(recordName(key)))
    .map((key) => plannedRun(study, key, config.data!, folder));
  if (!config.page) makeFolder(beside);
  // A file is written under another name beside its own first.
  confineWrites([folder, dirname(beside)]);
  const had = chosen.filter((key) => records.has(recordName(key))).length;
  if (had > 0) progress.note(`${had} of ${chosen.length} runs are done already`);
  publish();

  let begun = had;
  await inParallel(missing, config.jobs, signal, async ({ key, run }: StudyRun) => {
    const number = ++begun;
    const note = (words: string) => progress.note(`[${number}/${chosen.length}] ${run.name}: ${words}`);
    const onBusy = (_: unknown, by: string) => note(`another process (${by}) runs it; it is waited for`);
    const failure = await runOrWait(run, { signal, onBusy, note });
    if (signal.aborted) return;
    const keep = (record: StudyRecord) => {
      writeRecord(beside, key, record);
      records.set(run.name, record);
    };
    if (failure?.code === diverged) keep(failedRecord(study, key, failure.message));
    else if (failure) failures.set(run.name, failure.message);
    else keep(recordOf(study, key, run.directory));
    note(failure ? `failed: ${failure.message}` : "done");
    publish();
  });
  if (signal.aborted) {
    progress.note(`${records.size} of ${all.length} runs are done; the same command goes on with the others`);
    throw signal.reason;
  }
  const { shown, summary } = publish();
  if (config.json) print(toJson({ study, records: shown }));
  else {
    studyLines(summary).forEach(print);
    print(`page: ${beside}.html`);
  }
  const failed = shown.filter(({ failure }) => failure !== undefined);
  if (failed.length === 0) return;
  const [{ arm, seed, failure }] = failed as [StudyRecord];
  throw new UserError(
    5 satisfies ExitCode,
    `${failed.length} of ${all.length} runs failed, ${arm}-seed${seed} with: ${failure}`,
  );
});

/** The command that makes the study, wherever somebody else has the images. */
function commandOf({ file }: StudyConfig): string {
  return `${runner} study ${quoted(file)} --data path/to/images`;
}
