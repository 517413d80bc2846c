/** Where a user has a genotype: a file of another program, a pipe, a run's folder. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { genotypeJson, genotypeText } from "../../src/network/genotype.ts";
import { inFolder } from "../data/files.ts";
import { asUser, forAll } from "./as_user.ts";

const cell = publishedGenotypes.SNAS;
const parameters = '"parameters":2661382';
const inspect = "npx -y deno task inspect --json --genotype";

Deno.test("inspect: genotypes of files, pipes and runs", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/run`);
    Deno.writeTextFileSync(`${folder}/run/genotype.json`, `\ufeff${genotypeJson(cell)}`);
    Deno.writeTextFileSync(`${folder}/run/report.html`, "<!doctype html>");
    Deno.writeTextFileSync(`${folder}/record.json`, JSON.stringify({ ...cell, accuracy: 97.1 }));
    Deno.writeTextFileSync(`${folder}/log.txt`, `10:00:00 genotype = ${genotypeText(cell)}\n`);
    const [log, json] = [`'${folder}/log.txt'`, `'${folder}/run/genotype.json'`];
    const typed = [
      `${inspect} ${log}`,
      `${inspect} ${json}`,
      `${inspect} '${folder}/run'`,
      `${inspect} '${folder}/run/report.html'`,
      `${inspect} '${folder}/record.json'`,
      `cat ${log} | ${inspect} -`,
      `${inspect} - < ${json}`,
      `cat ${json} | ${inspect} /dev/stdin`,
      `mkfifo '${folder}/pipe'; cat ${log} > '${folder}/pipe' & ${inspect} '${folder}/pipe'`,
    ];
    await forAll(typed, async (words) => {
      const { code, stdout, stderr } = await asUser(words);
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, parameters, words);
    });
  }));

Deno.test("inspect: what has no genotype is refused at once, in one sentence", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/run`);
    Deno.writeTextFileSync(`${folder}/run/config.json`, "{}");
    Deno.writeTextFileSync(`${folder}/large`, "");
    Deno.truncateSync(`${folder}/large`, 2 ** 31);
    const refused: [words: string, said: string][] = [
      [`${inspect} /dev/zero`, "it is a device"],
      [`${inspect} /dev/random`, "it is a device"],
      [`${inspect} - < /dev/zero`, "from standard input: it is longer than"],
      [`${inspect} - < /dev/null`, "from standard input: it is empty"],
      [`mkfifo '${folder}/pipe'; ${inspect} '${folder}/pipe'`, "it is a pipe that nobody writes to"],
      [`yes | ${inspect} -`, "from standard input: it is longer than"],
      [`${inspect} '${folder}/large'`, "it is longer than"],
      [`${inspect} '${folder}/run'`, "it is a run that has no genotype.json"],
      [`${inspect} '${folder}'`, "it is a folder that holds no run"],
      [`echo '<!doctype html>' | ${inspect} -`, "from standard input: it is a page for a browser"],
      [`${inspect} identity`, "Give a published name such as DARTS_V2, a file, a run's folder"],
      // Only from where the user stands is it there.
      [`cd docs; ${inspect} ../deno.json`, "it has no field"],
      [
        `${inspect} "Genotype(normal=[('nor_conv_3x3', 0), ('none', 1)], normal_concat=[2], ` +
        `reduce=[('none', 0), ('none', 1)], reduce_concat=[2])"`,
        "the nearest here is sep_conv_3x3",
      ],
    ];
    await forAll(refused, async ([words, said]) => {
      const { code, stdout, stderr } = await asUser(words);
      const sentences = stderr.split("\n").filter((line) => line.startsWith("error:"));
      assertEquals([code, stdout, sentences.length], [2, "", 1], stderr);
      assertStringIncludes(sentences[0]!, said);
    });
  }));

Deno.test("evaluate: a genotype from standard input, though the command starts again for its driver", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/log.txt`, genotypeText(cell));
    const size =
      "--channels 4 --layers 2 --batch 16 --train-limit 64 --test-limit 32 --epochs 1 --auxiliary 0";
    const { code, stderr } = await asUser(
      `cat '${folder}/log.txt' | npx -y deno task evaluate --preset cifar10 --data fashion-mnist-small ${size} ` +
        `--genotype - --out '${folder}/run'`,
    );
    assertEquals(code, 0, stderr);
    assertStringIncludes(
      Deno.readTextFileSync(`${folder}/run/genotype.json`),
      '"normal": [["sep_conv_3x3",0]',
    );
  }));
