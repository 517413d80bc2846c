import { assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { genotypeJson, genotypeText, parseGenotype, readGenotype } from "../../src/network/genotype.ts";
import { genotypeAliases, publishedGenotypes } from "../../src/network/darts/published.ts";
import { publishedGenotype, publishedNames } from "../../src/network/published.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";

const { DARTS_V2, AmoebaNet } = publishedGenotypes;
// As printed by the DARTS repository.
const dartsV2 = "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), " +
  "('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], " +
  "normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), " +
  "('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], " +
  "reduce_concat=range(2, 6))";

for (const name of publishedNames) {
  Deno.test(`genotype ${name} survives JSON and Python text`, () => {
    const genotype = publishedGenotype(name)!;
    assertEquals(readGenotype(genotypeJson(genotype), "JSON"), genotype);
    assertEquals(readGenotype(genotypeText(genotype), "Python"), genotype);
  });
}

Deno.test("genotypeText() prints what the DARTS repository prints", () => {
  assertEquals(genotypeText(DARTS_V2), dartsV2);
  assertStringIncludes(genotypeText(AmoebaNet), "normal_concat=range(4, 7)");
  assertStringIncludes(genotypeText(AmoebaNet), "reduce_concat=[3, 4, 6]");
});

Deno.test("readGenotype() reads the forms Python writes", () => {
  const multiline = "# best of 4\nDARTS_V2 = " +
    dartsV2.replaceAll("), (", "),  # edge\n  (").replaceAll("'", '"').replaceAll("=", " = ")
      .replace("range(2, 6)", "[2, 3, 4, 5]").replace("range(2, 6)", "list(range(2, 6))").replace(
        /\)$/,
        ",\n)",
      );
  assertEquals(readGenotype(multiline, "text"), DARTS_V2);
  const log = `2024-01-02 03:04:05 INFO genotype = ${dartsV2}\n`;
  assertEquals(readGenotype(log, "text"), DARTS_V2);
  const tuples = dartsV2.replaceAll("range(2, 6)", "(2, 3, 4, 5)").replaceAll("[", "(").replaceAll("]", ")");
  assertEquals(readGenotype(tuples, "text"), DARTS_V2);
});

const bad: [string, (text: string) => string, string][] = [
  [
    "an unknown operation",
    (t) => t.replace("sep_conv_3x3", "sep_conv_3x4"),
    'normal, node 2, first edge: unknown operation "sep_conv_3x4", did you mean sep_conv_3x3?',
  ],
  [
    "a predecessor behind its node",
    (t) => t.replace("('skip_connect', 2)", "('skip_connect', 3)"),
    "reduce, node 3, first edge: skip_connect comes from node 3, which is not before node 3",
  ],
  [
    "a negative predecessor",
    (t) => t.replace("('max_pool_3x3', 0)", "('max_pool_3x3', -1)"),
    "reduce, node 2, first edge",
  ],
  [
    "an odd number of edges",
    (t) => t.replace("('sep_conv_3x3', 0), ", ""),
    "normal: 7 edges, but every node takes two",
  ],
  ["no edges", (t) => t.replace(/reduce=\[.*?\]/, "reduce=[]"), "reduce: a cell has no edges"],
  [
    "a concatenated node that does not exist",
    (t) => t.replace("range(2, 6)", "range(2, 7)"),
    "normal_concat: node 6 does not exist, the last one is 5",
  ],
  [
    "a node concatenated twice",
    (t) => t.replace("range(2, 6)", "[2, 2]"),
    "normal_concat: a node stands twice in the concatenation",
  ],
  ["nothing to concatenate", (t) => t.replace("range(2, 6)", "[]"), "normal_concat: nothing to concatenate"],
  ["a missing field", (t) => t.replace(", reduce_concat=range(2, 6)", ""), "reduce_concat"],
  ["a field too many", (t) => t.replace("reduce=", "extra=1, reduce="), "extra"],
  ["no closing parenthesis", (t) => t.slice(0, -20), "line 1, column 9: the ( is never closed"],
  [
    "two genotypes",
    (t) => `a = ${t}\nb = ${t.replace("dil_conv_3x3", "dil_conv_5x5")}`,
    "there is more than one in it, 2 of them (a, b); give one of them alone",
  ],
  [
    "no genotype",
    () => "hello",
    "there is no Genotype(…), no ModelSpec(…), no |operation~0|+… and no JSON object in it",
  ],
  ["bad JSON", () => "{", "line 1, column 1: the { is never closed"],
];
for (const [what, damage, message] of bad) {
  Deno.test(`readGenotype() rejects ${what}`, () => {
    const error = assertThrows(() => readGenotype(damage(dartsV2), "cell.txt"), UserError);
    assertStringIncludes(error.message, "cell.txt");
    assertStringIncludes(error.message, message);
    assertEquals(error.exitCode, 2);
  });
}

Deno.test("parseGenotype() rejects what is no object", () => {
  assertThrows(() => parseGenotype([], "here"), UserError, "Cannot use the genotype from here:");
});

Deno.test("publishedGenotype() knows names and aliases whatever their case and punctuation", () => {
  assertEquals(publishedGenotype("pc-darts (cifar)"), publishedGenotypes.PC_DARTS_cifar);
  assertEquals(publishedGenotype("MS_DARTS_S5"), publishedGenotypes.c10_s5_ms);
  assertEquals(publishedGenotype("P-DARTS"), publishedGenotypes.PDARTS);
  for (const [alias, name] of Object.entries(genotypeAliases)) {
    assertEquals(publishedGenotype(alias), publishedGenotypes[name]);
  }
  assertEquals(publishedGenotype("nobody"), undefined);
});

Deno.test("resolveGenotype() takes a name, the text itself and a file", async () => {
  assertEquals(resolveGenotype("DARTS_V2"), DARTS_V2);
  assertEquals(resolveGenotype(dartsV2), DARTS_V2);
  assertEquals(resolveGenotype(genotypeJson(DARTS_V2)), DARTS_V2);
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(file, genotypeJson(AmoebaNet));
    assertEquals(resolveGenotype(file), AmoebaNet);
    await Deno.writeTextFile(file, `x = ${dartsV2}`);
    assertEquals(resolveGenotype(file), DARTS_V2);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("resolveGenotype() offers the nearest name", () => {
  const error = assertThrows(() => resolveGenotype("DARTS_V3"), UserError);
  assertStringIncludes(error.message, 'Unknown genotype "DARTS_V3"');
  assertStringIncludes(error.message, "Did you mean DARTS_V1?");
});

Deno.test("resolveGenotype() says why a path cannot be read", () => {
  assertThrows(() => resolveGenotype("tests"), UserError, 'Cannot read the genotype file "tests"');
});

Deno.test("readGenotype() refuses a range far beyond the cell without expanding it", () => {
  const text = dartsV2.replace("range(2, 6)", "range(2, 100000000000)");
  assertThrows(() => readGenotype(text, "the given text"), UserError, "node 6 does not exist");
});
