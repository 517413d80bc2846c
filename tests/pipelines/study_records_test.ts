/** What is kept of a study's runs: written and read back, refused where it is of other settings, made from a run. */
import { assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { inFlags } from "../../src/cli/flags.ts";
import type { Study } from "../../src/report/mod.ts";
import {
  failedRecord,
  imagesLike,
  readRecords,
  recordOf,
  writeRecord,
} from "../../pipelines/study/records.ts";
import { strangeImages } from "../../pipelines/comparison/run_files.ts";
import { inFolder } from "../data/files.ts";

const arm = { name: "no-rest", method: "ms-darts", settings: { warmup: 0 } };
const study: Study = {
  title: "t",
  settings: { space: "nasbench201", epochs: 2, warmup: 1 },
  seeds: [0, 1],
  arms: [arm],
  tests: [],
};
const keys = study.seeds.map((seed) => ({ arm, seed }));
const cell = "|skip_connect~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|";

/** The files of a run that ended. */
function writeRun(folder: string): void {
  const write = (name: string, ...lines: unknown[]) =>
    Deno.writeTextFileSync(`${folder}/${name}`, lines.map((line) => JSON.stringify(line) + "\n").join(""));
  write("config.json", {});
  write("environment.json", {
    adapter: "llvmpipe",
    deno: "2.9",
    os: "linux",
    command: "search --out /home/me",
  });
  write("result.json", {
    genotype: cell,
    benchmark: {
      table: "nasbench201",
      dataset: "cifar10",
      accuracies: { cifar10: 90 },
      rank: 9,
      of: 15_625,
      regret: 4.37,
    },
    baselines: { table: "nasbench201", dataset: "cifar10", of: 15_625, rows: [], notes: [], cost: 1e9 },
    seconds: 12.6,
    images: "abc",
  });
  const look = {
    step: 5,
    skip_count: 1,
    none_count: 4,
    alpha_margin: 0.012345678,
    skip_weight: 0.2,
    alpha_entropy: 1.6,
  };
  const table = { benchmark_accuracy: 90, benchmark_rank: 9 };
  write("steps.jsonl", { ...look, ...table, genotype: cell, layer_alignment_cell: 0.25 }, {
    ...look,
    ...table,
    step: 10,
    genotype: cell,
  });
  const row = { stage: "search", step: 5, valid_accuracy: 0.5, train_accuracy: 0.25 };
  write("metrics.jsonl", { ...row, epoch: 0 }, {
    ...row,
    ...{ epoch: 1, step: 10, eigenvalue: 0.125, valid_accuracy: null, architecture_loss: 1.5 },
  }, {
    ...row,
    stage: "train",
    epoch: 0,
  });
}

Deno.test("study: the record of a run has what it found, its looks and epochs, and no path of the machine", () =>
  inFolder((folder) => {
    writeRun(folder);
    const record = recordOf(study, keys[0]!, folder);
    const look = {
      ...{ step: 5, genotype: cell, skips: 1, nones: 4, accuracy: 90, rank: 9 },
      ...{ margin: 0.0123457, skipWeight: 0.2, entropy: 1.6 },
    };
    assertEquals(record, {
      ...{ arm: "no-rest", method: "ms-darts", seed: 0 },
      settings: { space: "nasbench201", epochs: 2, warmup: 0 },
      environment: { deno: "2.9", adapter: "llvmpipe" },
      result: {
        ...{
          genotype: cell,
          dataset: "cifar10",
          accuracies: { cifar10: 90 },
          rank: 9,
          of: 15_625,
          regret: 4.37,
        },
        ...{ seconds: 13, cost: 1e9, images: "abc" },
      },
      looks: [{ ...look, alignment: 0.25 }, { ...look, step: 10 }],
      epochs: [
        { epoch: 0, step: 5, valid: 0.5, train: 0.25 },
        { epoch: 1, step: 10, train: 0.25, architectureLoss: 1.5, eigenvalue: 0.125 },
      ],
    });
    writeRecord(folder, keys[0]!, record);
    const read = readRecords(folder, study, keys);
    assertEquals([...read], [["no-rest-seed0", record]]);
    assertEquals(imagesLike(study, keys[1]!, read), [["no-rest-seed0", "abc"]]);
    // Arms that take fewer images, or in another size, are not compared with it.
    const few = { arm: { ...arm, settings: { trainLimit: 500 } }, seed: 1 };
    assertEquals(imagesLike(study, few, read), []);
    // What changes no result may change.
    const aside = { ...study, settings: { ...study.settings, memoryLimit: 500 } };
    assertEquals([...readRecords(folder, aside, keys)].length, 1);
    // A run on other images is none of the study's.
    const strange = strangeImages({ directory: folder }, [["a-seed0", "abc"], ["b-seed0", undefined]]);
    assertEquals(strange, undefined);
    const failure = strangeImages({ directory: folder }, [["a-seed0", "abc"], ["b-seed0", "xyz"]]);
    assertEquals(failure!.code, 4);
    assertStringIncludes(
      failure!.message,
      "Its images are other ones than those of b-seed0; say with --data",
    );
    // A look a line.
    assertStringIncludes(Deno.readTextFileSync(`${folder}/no-rest-seed0.json`), '\n    {"step":10,');
  }));

Deno.test("study: looks are those of the chosen search, without what it went back from", () =>
  inFolder((folder) => {
    writeRun(folder);
    const [look] = Deno.readTextFileSync(`${folder}/steps.jsonl`).split("\n").map((line) =>
      line && JSON.parse(line)
    );
    const rows = (...all: Record<string, number>[]) => {
      const lines = all.map((row) => JSON.stringify({ ...look, ...row }) + "\n");
      Deno.writeTextFileSync(`${folder}/steps.jsonl`, lines.join(""));
      return recordOf(study, keys[0]!, folder).looks.map(({ step, skips }) => [step, skips]);
    };
    const gone = [{ step: 5, skip_count: 0 }, { step: 10, skip_count: 4 }, { step: 5, skip_count: 1 }];
    assertEquals(rows(...gone, { step: 7, skip_count: 2 }), [[5, 1], [7, 2]]);
    Deno.writeTextFileSync(`${folder}/searches.json`, '{ "chosen": 1 }');
    assertEquals(rows(...[0, 1, 2].map((search) => ({ search, step: 5, skip_count: search }))), [[5, 1]]);
  }));

Deno.test("study: a record of other settings is refused by name, one that is no JSON too", () =>
  inFolder((folder) => {
    writeRecord(folder, keys[1]!, failedRecord(study, keys[1]!, "It diverged."));
    assertEquals(readRecords(folder, study, keys).get("no-rest-seed1")!.failure, "It diverged.");
    const read = (changed: Study) => () =>
      readRecords(folder, changed, changed.seeds.map((seed) => ({ arm: changed.arms[0]!, seed })));
    const refusals: [Study, string][] = [
      [{ ...study, settings: { ...study.settings, epochs: 3 } }, "(--epochs: 2 there, 3 in the study)"],
      [{ ...study, settings: { ...study.settings, batch: 8 } }, "(--batch: not given there, 8 in the study)"],
      [{ ...study, arms: [{ ...arm, method: "darts" }] }, "(--method: ms-darts there, darts in the study)"],
    ];
    for (const [changed, words] of refusals) {
      const error = assertThrows(read(changed), UserError);
      assertStringIncludes(
        inFlags(error.message),
        `no-rest-seed1.json is of a run with other settings ${words}`,
      );
    }
    const copy = { ...failedRecord(study, keys[0]!, "It diverged."), epochs: [{}] };
    Deno.writeTextFileSync(`${folder}/no-rest-seed0.json`, JSON.stringify(copy));
    assertThrows(read(study), UserError, '"epochs.0.epoch" in');
    Deno.copyFileSync(`${folder}/no-rest-seed1.json`, `${folder}/no-rest-seed0.json`);
    assertThrows(read(study), UserError, "is the record of no-rest, seed 1");
    Deno.removeSync(`${folder}/no-rest-seed0.json`);
    // What the arm says goes before what all share.
    readRecords(folder, { ...study, settings: { ...study.settings, warmup: 9 } }, keys);
    Deno.writeTextFileSync(`${folder}/no-rest-seed1.json`, "{");
    assertThrows(read(study), UserError, "no-rest-seed1.json");
  }));
