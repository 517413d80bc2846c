import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { createRunDirectory } from "../../src/io/run_directory.ts";
import { inFolder } from "../data/files.ts";

const label = "darts-s3";
const exists = (path: string) => {
  try {
    return Deno.statSync(path) !== undefined;
  } catch {
    return false;
  }
};

function assertUsageError(call: () => unknown, ...includes: string[]): void {
  const error = assertThrows(call, UserError);
  assertEquals(error.exitCode, 2);
  for (const part of includes) assertStringIncludes(error.message, part);
}

Deno.test("run directory: made at the first write, not before", () =>
  inFolder((folder) => {
    const run = createRunDirectory(`${folder}/deep/run`, { label });
    assertEquals(exists(`${folder}/deep`), false);
    run.writeJson("config.json", { seed: 1 });
    run.appendRow("metrics.jsonl", { epoch: 0, loss: NaN });
    run.appendRow("metrics.jsonl", { epoch: 1 });
    run.writeText("report.html", "<p>");
    assertEquals(run.path, `${folder}/deep/run`);
    assertEquals(JSON.parse(Deno.readTextFileSync(run.file("config.json"))), { seed: 1 });
    assertEquals(Deno.readTextFileSync(run.file("metrics.jsonl")), '{"epoch":0,"loss":"NaN"}\n{"epoch":1}\n');
    assertEquals(Deno.readTextFileSync(run.file("report.html")), "<p>");
  }));

Deno.test("run directory: named by label and UTC time, numbered when taken", () =>
  inFolder((folder) => {
    const options = { root: folder, label, now: new Date("2025-01-02T03:04:05Z") };
    for (
      const name of ["darts-s3-20250102-030405", "darts-s3-20250102-030405-2", "darts-s3-20250102-030405-3"]
    ) {
      const run = createRunDirectory(undefined, options);
      assertEquals(run.path, `${folder}/${name}`);
      run.writeText("log.txt", "");
    }
    assertMatch(createRunDirectory(undefined, { label }).path, /^runs.darts-s3-\d{8}-\d{6}$/);
  }));

Deno.test("run directory: one that holds another run is refused by name", () =>
  inFolder((folder) => {
    const run = createRunDirectory(`${folder}/a`, { label });
    run.appendRow("metrics.jsonl", {});
    assertUsageError(
      () => createRunDirectory(`${folder}/a`, { label }),
      `${folder}/a`,
      "metrics.jsonl",
      "‹out›",
    );
  }));

Deno.test("run directory: files that a run may write are not written over, whoever made them", () =>
  inFolder((folder) => {
    for (const name of ["classes.csv", "confusion.csv", "cell-reduce.svg", "steps.jsonl", "selection.json"]) {
      Deno.mkdirSync(`${folder}/${name}`);
      Deno.writeTextFileSync(`${folder}/${name}/${name}`, "mine");
      assertUsageError(
        () => createRunDirectory(`${folder}/${name}`, { label }),
        `The directory ${folder}/${name} has a ${name}, which a run may write as well`,
      );
    }
  }));

Deno.test("run directory: an empty folder, or one with other files, is taken", () =>
  inFolder((folder) => {
    assertEquals(createRunDirectory(folder, { label }).path, folder);
    Deno.writeTextFileSync(`${folder}/notes.txt`, "");
    assertEquals(createRunDirectory(folder, { label }).path, folder);
  }));

Deno.test("run directory: a file in the way", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    for (const path of ["file", "file/run", "file/deep/run"]) {
      assertUsageError(() => createRunDirectory(`${folder}/${path}`, { label }), "is a file", "‹out›");
    }
  }));

Deno.test(
  { name: "run directory: a place that cannot be written to", ignore: Deno.build.os !== "linux" },
  () => assertUsageError(() => createRunDirectory("/proc/run", { label }), "Cannot write", "/proc/run"),
);
