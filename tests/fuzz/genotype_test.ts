import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { type Genotype, genotypeJson, genotypeText, readGenotype } from "../../src/network/genotype.ts";
import { fuzz, refuses } from "./fuzz.ts";

const read = (text: string) => readGenotype(text, "genotype.txt");
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const darts = publishedGenotypes.DARTS_V2;
const cell201 = { arch: "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|" };
const cell101: Genotype = {
  matrix: [[0, 1, 1], [0, 0, 1], [0, 0, 0]],
  ops: ["input", "maxpool3x3", "output"],
};

for (
  const [name, genotypes, write] of [
    ["json", [darts, cell201, cell101], genotypeJson],
    ["text", [darts, cell201], genotypeText],
  ] as const
) {
  fuzz(`genotype: ${name}`, {
    samples: genotypes.map((genotype) => encoder.encode(write(genotype))),
    words: [
      ..."()[]|~+#'\"=\n",
      "Genotype(",
      "range(",
      "range(0, 1000000000)",
      "list([",
      "np.int64(",
      "ModelSpec(",
      "None",
      "{'genotype': ",
      "sep_conv_3x3",
      "none~0",
    ],
    ...(name === "json" && { json: { values: genotypes } }),
    names: "genotype.txt",
    read: (bytes) => read(decoder.decode(bytes)),
  });
}

const rejects = (what: string, text: string, ...words: string[]) =>
  refuses(`genotype: ${what}`, "genotype.txt", () => read(text), ...words);
const many = 2e5;

rejects(
  "a word of 200,000 letters as an argument",
  `Genotype(${"a".repeat(many)})`,
  "normal_concat: it is missing",
);
rejects("lists that never end", `Genotype(${"list([".repeat(many)}`, "nest deeper than");
rejects("200,000 calls", "Genotype(".repeat(many), "nest deeper than");
rejects(
  "200,000 genotypes",
  Array.from({ length: many }, (_, i) => `Genotype(${i})`).join(""),
  "more than one",
);
rejects("200,000 braces", "{".repeat(many), "nest deeper than");
rejects("200,000 braces in a text", `cells ${"{#".repeat(many)}`, "no Genotype(…)");
rejects("a number of 200,000 digits", `Genotype(${"9".repeat(many)}x)`, "line 1");
rejects(
  "a cell of 50,000 nodes",
  `Genotype(normal=[${"('none',0),".repeat(1e5)}], normal_concat=range(1000), reduce=[])`,
  "reduce_concat",
);
rejects("white space without end", `Genotype${" ".repeat(1e6)}`, "no Genotype(…)");
rejects("200,000 bars and tildes", `${"|".repeat(many)}${"~".repeat(many)}`, "genotype.txt");
rejects("bars and tildes in turn", "|~".repeat(many) + "|", "arch");
rejects("200,000 words that go on", "a+ ".repeat(many), "no |operation~0|");
rejects("200,000 wrapped operations", "|none~0\n".repeat(1e5), "arch");
rejects("ranges of 10^300 nodes", `Genotype(normal_concat=range(${"9".repeat(300)}))`, "normal");
rejects(
  "a JSON value nested 100,000 deep",
  `{"normal": ${"[".repeat(1e5)}${"]".repeat(1e5)}}`,
  "nest deeper than",
);
rejects(
  "an operation of a megabyte",
  genotypeText(darts).replace("sep_conv_3x3", "x".repeat(1e6)),
  "unknown operation",
);
