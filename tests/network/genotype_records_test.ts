/** Genotypes in the records of benchmarks and runs, and texts that would be read as another cell. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../src/errors.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { genotypeJson, genotypeText, readGenotype } from "../../src/network/genotype.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";
import { inFolder } from "../data/files.ts";

const cell = publishedGenotypes.DARTS_V2;
const darts = genotypeText(cell);

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

Deno.test("genotypes: what would be another cell, or no network, is refused", () => {
  const refuses = (text: string, part: string) =>
    assert(assertThrows(() => readGenotype(text, "a"), UserError).message.includes(part));
  const otherNodes = darts.replace(/\('(\w+)', (\d)\)/, "('$1', $2, 3)");
  refuses(otherNodes, "its third part is 3, which is no weight");
  for (const concat of ["range(6)", "[1, 2, 3]"]) {
    refuses(
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

Deno.test("genotypes: the settings of a run stand for it; a comparison is told as one", () =>
  inFolder((folder) => {
    const run = `${folder}/darts-s3-seed0`;
    Deno.mkdirSync(run);
    Deno.writeTextFileSync(`${run}/genotype.json`, genotypeJson(cell));
    Deno.writeTextFileSync(`${run}/config.json`, '{"method": "darts"}');
    assertEquals(resolveGenotype(`${run}/config.json`), cell);
    Deno.writeTextFileSync(`${folder}/config.json`, '{"methods": "darts"}');
    Deno.writeTextFileSync(`${folder}/comparison.json`, "{}");
    const { message } = assertThrows(() => resolveGenotype(folder), UserError);
    assert(message.includes("it is a comparison of runs") && message.includes(run), message);
  }));
