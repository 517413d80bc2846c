/** Genotypes in the records of benchmarks and runs, and texts that would be read as another cell. */
import { assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { genotypeJson, readGenotype } from "../../src/network/genotype.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";
import { inFolder } from "../data/files.ts";
import { cell, darts, refusesFile, refusesPath, refusesText } from "./darts_cell.ts";

Deno.test("genotypes: a benchmark's record of a cell is read as the cell", () => {
  const arch = "|nor_conv_3x3~0|+|skip_connect~0|none~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|";
  assertEquals(readGenotype(JSON.stringify({ arch, acc: 93.2 }), "a"), readGenotype(arch, "a"));
  const matrix = [[0, 1, 0], [0, 0, 1], [0, 0, 0]];
  const ops = ["input", "conv3x3-bn-relu", "output"];
  const record = `{'module_adjacency': np.array(${JSON.stringify(matrix)}), 'module_operations': ${
    JSON.stringify(ops)
  }, 'trainable_parameters': 5}`;
  assertEquals(readGenotype(record, "a"), readGenotype(JSON.stringify({ matrix, ops }), "a"));
});

Deno.test("genotypes: what a file says beside a cell is read past, but for what would change it", () => {
  const records: [text: string, cell: string][] = [
    [JSON.stringify({ acc: 97.1, ...cell, seed: 3 }), darts],
    [`{${genotypeJson(cell).trim().slice(1, -1)}, 'acc': np.float64(97.1)}`, darts],
    [
      `{"matrix": [[0, 1], [0, 0]], "ops": ["input", "output"], "acc": 93}`,
      `ModelSpec([[0, 1], [0, 0]], ['input', 'output'])`,
    ],
  ];
  for (const [text, alone] of records) assertEquals(readGenotype(text, "a"), readGenotype(alone, "a"));
  refusesText(JSON.stringify({ ...cell, connects: [1] }), "connects: there is no such field");
  refusesText(`{"best": ${darts.replace(/\)$/, ", extra=1)")}}`, "Genotype(…) has extra, and takes normal,");
  refusesText("{'module_adjacency': np.array([[0, 1], [0, 0]])}", "ops: it is missing");
});

const arch = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|";
const other = arch.replace("avg_pool_3x3", "none");

Deno.test("genotypes: a cell of NAS-Bench-201 that goes on over spaces and lines is one", () => {
  const wraps: [from: string, to: string][] = [
    ["+", "+\n"],
    ["+", "\n+"],
    ["+", " + "],
    ["+", "\r\n  + "],
    ["|skip", "|\n    skip"],
    ["|nor_conv_1x1", "\n|nor_conv_1x1"],
  ];
  for (const [from, to] of wraps) {
    const wrapped = arch.replaceAll(from, to);
    assertEquals(readGenotype(wrapped, "a"), { arch }, wrapped);
    assertEquals(readGenotype(`epoch 3 | loss 2\nbest: ${wrapped} acc 93`, "a"), { arch }, wrapped);
    const two = assertThrows(
      () => readGenotype(`${wrapped}\n${other.replaceAll(from, to)}`, "a"),
      UserError,
    );
    const line = to.includes("\n") ? wrapped.split("\n").length + 1 : 2;
    assertStringIncludes(two.message, `2 of them (line 1, line ${line})`);
  }
});

Deno.test("genotypes: of several on one line each has its place", () => {
  const second = darts.replace("skip_connect", "none");
  const places: [text: string, column: number][] = [
    [`\n[${darts}, ${second}]`, darts.length + 4],
    [`\n ${arch} ${other}`, arch.length + 3],
  ];
  for (const [text, column] of places) {
    const { message } = assertThrows(() => readGenotype(text, "a"), UserError);
    assertStringIncludes(message, `2 of them (line 2 column 2, line 2 column ${column})`);
  }
});

Deno.test("genotypes: an operation by another program's name is told by this one's", () => {
  const refuses = (text: string, known: string) =>
    assertStringIncludes(
      assertThrows(() => readGenotype(text, "a"), UserError).message,
      `did you mean ${known}?`,
    );
  for (
    const [name, known] of [["identity", "skip_connect"], ["Identity", "skip_connect"], ["Zero", "none"]]
  ) {
    refuses(darts.replace("sep_conv_3x3", name!), known!);
    refuses(arch.replace("nor_conv_1x1", name!), known!);
  }
});

Deno.test("genotypes: a name is offered only for one that is like it", () => {
  refusesPath("SNAZ", "Did you mean SNAS?");
  for (const name of ["identity", "skip_connect", "my best cell of all that I have found"]) {
    refusesPath(
      name,
      "Give a published name such as DARTS_V2, a file, a run's folder, or the genotype itself.",
    );
  }
});

Deno.test("genotypes: what would be another cell, or no network, is refused", () => {
  const otherNodes = darts.replace(/\('(\w+)', (\d)\)/, "('$1', $2, 3)");
  refusesText(otherNodes, "its third part is 3, which is no weight");
  for (const concat of ["range(6)", "[1, 2, 3]"]) {
    refusesText(
      darts.replace(/reduce_concat=range\(2, 6\)/, `reduce_concat=${concat}`),
      "is an input of the cell",
    );
  }
});

Deno.test("genotypes: a path that leads nowhere is told as one", () => {
  for (const path of ["./nope.json", "nope/genotype", "genotype.txt"]) {
    const { message } = assertThrows(() => resolveGenotype(path), UserError);
    assertEquals(message, `There is no genotype file "${path}".`);
  }
});

Deno.test("genotypes: the files of a run or a comparison stand for it", () =>
  inFolder((folder) => {
    const write = (name: string, text: string) => Deno.writeTextFileSync(`${folder}/${name}`, text);
    const refuses = (path: string, words: string) => refusesPath(`${folder}/${path}`, words);
    for (const name of ["all", "all/run", "begun", "training", "own"]) Deno.mkdirSync(`${folder}/${name}`);
    const page = `<!DOCTYPE html>\n<pre>${darts.replaceAll("'", "&#39;")}</pre>`;
    write("all/run/genotype.json", genotypeJson(cell));
    write("all/run/config.json", '{"method": "darts"}');
    write("all/run/report.html", page);
    for (const name of ["config.json", "report.html"]) {
      assertEquals(resolveGenotype(`${folder}/all/run/${name}`), cell);
    }
    write("all/comparison.json", "{}");
    write("all/comparison.html", page);
    write("all/config.json", '{"methods": "darts", "genotype": ""}');
    for (const name of ["", "comparison.json", "comparison.html", "config.json"]) {
      refuses(
        `all/${name}`,
        `it is a comparison of runs; give one of those in it, such as ${folder}/all/run`,
      );
    }
    write("begun/environment.json", "{}");
    write("begun/config.json", '{"method": "darts"}');
    for (const name of ["", "config.json"]) refuses(`begun/${name}`, "it is a run that has no genotype.json");
    refuses("all/run/report.htm", "There is no genotype file");
    write("training/environment.json", "{}");
    write("training/config.json", JSON.stringify({ genotype: darts }));
    assertEquals(resolveGenotype(`${folder}/training/config.json`), cell);
    write("own/config.json", genotypeJson(cell));
    write("own/report.html", page);
    assertEquals(resolveGenotype(`${folder}/own/config.json`), cell);
    refuses(
      "own/report.html",
      "it is a page for a browser; give the folder of its run, or the genotype alone",
    );
  }));

Deno.test("resolveGenotype() refuses files that are none of a genotype at once", () =>
  inFolder((folder) => {
    const large = `${folder}/weights.pt`;
    Deno.writeTextFileSync(large, "");
    Deno.truncateSync(large, 2 ** 31);
    refusesFile(large, "it is longer than 1,000,000 bytes");
    refusesFile(`${large}/genotype.json`, "a part of its path is a file");
    if (Deno.build.os !== "windows") {
      for (const path of ["/dev/zero", "/dev/urandom"]) refusesFile(path, "it is a device");
    }
    // What PowerShell's > writes.
    const text = `${folder}/genotype.txt`;
    const units = Uint16Array.from(`\ufeff${darts}\r\n`, (letter) => letter.charCodeAt(0));
    Deno.writeFileSync(text, new Uint8Array(units.buffer));
    assertEquals(resolveGenotype(text), cell);
  }));

Deno.test("resolveGenotype() takes a run's folder for its genotype", () =>
  inFolder((folder) => {
    const write = (name: string, value: unknown) =>
      Deno.writeTextFileSync(`${folder}/${name}`, JSON.stringify(value));
    refusesFile(folder, "it is a folder that holds no run (no genotype.json)");
    for (const name of ["search", "training", "comparison", "comparison/run"]) {
      Deno.mkdirSync(`${folder}/${name}`);
    }
    write("search/config.json", { method: "darts" });
    refusesFile(
      `${folder}/search`,
      "it is a run that has no genotype.json, which comes when its search has ended",
    );
    write("search/genotype.json", cell);
    assertEquals(resolveGenotype(`${folder}/search`), cell);
    assertEquals(resolveGenotype(`${folder}/search/`), cell);
    write("training/config.json", { genotype: darts, preset: "tiny" });
    assertEquals(resolveGenotype(`${folder}/training`), cell);
    write("comparison/comparison.json", {});
    refusesFile(`${folder}/comparison`, "it is a comparison of runs");
    write("comparison/run/genotype.json", cell);
    refusesFile(
      `${folder}/comparison`,
      `it is a comparison of runs; give one of those in it, such as ${folder}/comparison/run`,
    );
    assertEquals(resolveGenotype(`${folder}/comparison/run`), cell);
  }));
