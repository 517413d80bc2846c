/** What is said of a folder that a command cannot begin in or go on in: one sentence, and the right command. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { task } from "./spawn.ts";

const start = "npx -y deno task";

async function refuses(words: readonly string[], code: number, part: string): Promise<void> {
  const [name, ...args] = words;
  const { stderr, ...rest } = await task(name!, ...args);
  assertEquals(rest, { code, stdout: "" }, stderr);
  assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  assertStringIncludes(stderr, `error: ${part}`);
}

/** Settings by which a run of each command is known. */
const settings: Record<string, unknown> = {
  search: { method: "darts", preset: "tiny" },
  evaluate: { genotype: "DARTS_V2", preset: "tiny" },
  compare: { methods: "darts", preset: "tiny" },
};

Deno.test("words: --resume with a run of another command names the right one", () =>
  inFolder(async (folder) => {
    for (const [right, config] of Object.entries(settings)) {
      const run = `${folder}/${right} run`;
      Deno.mkdirSync(run);
      Deno.writeTextFileSync(`${run}/config.json`, JSON.stringify(config));
      for (const wrong of Object.keys(settings).filter((name) => name !== right)) {
        const words = `${run} holds a run of ${right}, not of ${wrong}; resume it with: `;
        await refuses([wrong, "--resume", run], 2, `${words}${start} ${right} --resume '${run}'`);
      }
    }
  }));

Deno.test("words: --config with a run of another command names the right one", () =>
  inFolder(async (folder) => {
    for (const [right, config] of Object.entries(settings)) {
      Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify(config));
      for (const wrong of Object.keys(settings).filter((name) => name !== right)) {
        const words = `${folder} holds a run of ${right}, not of ${wrong}; its settings are for `;
        await refuses([wrong, "--config", folder], 2, `${words}${start} ${right} --config ${folder}`);
      }
    }
  }));

Deno.test("words: --config reads so much and no more", () =>
  inFolder(async (folder) => {
    await refuses(["search", "--config", folder], 2, `There is no run to take settings from in ${folder}`);
    for (const device of ["/dev/zero", "/dev/urandom"]) {
      await refuses(
        ["search", "--config", device],
        2,
        `Cannot read the config file ${device}: it is a device`,
      );
    }
    Deno.writeTextFileSync(`${folder}/large.json`, " ".repeat(2_000_000));
    await refuses(["search", "--config", `${folder}/large.json`], 2, "Cannot read the config file");
  }));

Deno.test("words: a new run in the folder of one that was stopped is told how that goes on", () =>
  inFolder(async (folder) => {
    const begin: Record<string, readonly string[]> = {
      search: ["search", "--preset", "tiny", "--out", folder],
      evaluate: ["evaluate", "--preset", "tiny", "--genotype", "DARTS_V2", "--out", folder],
    };
    for (const [name, words] of Object.entries(begin)) {
      const other = name === "search" ? "evaluate" : "search";
      Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify(settings[name]));
      await refuses(
        words,
        2,
        `The directory ${folder} holds a run that has not come to its end; choose another --out or resume it with: ` +
          `${start} ${name} --resume ${folder}`,
      );
      // What cannot be gone on with is not offered.
      await refuses(begin[other]!, 2, `The directory ${folder} already holds a run (it has config.json)`);
      Deno.writeTextFileSync(`${folder}/result.json`, "{}");
      await refuses(words, 2, `The directory ${folder} already holds a run (it has config.json)`);
      Deno.removeSync(`${folder}/result.json`);
    }
  }));

for (
  const [words, part] of [
    [["search", "--resume", "README.md"], "There is no run to resume in README.md: it is a file."],
    [["compare", "--resume", "README.md"], "There is no run to resume in README.md: it is a file."],
    [["search", "--resume", ""], '--resume is "", but must be the directory of a run.'],
    [
      ["evaluate", "--resume", "runs/none"],
      "There is no run to resume in runs/none: there is no such folder.",
    ],
    [["search", "--resume", "src"], "There is no run to resume in src: it has no config.json."],
    [["search", "--preset", "tiny", "--out", "/dev/null"], "Cannot use /dev/null as the run directory: "],
    [["compare", "--methods", "darts", "--out", "/proc/x"], "Cannot use /proc/x as the run directory: "],
    [
      ["search", "--config", "README.md/x"],
      "Cannot read the config file README.md/x: a part of its path is a file.",
    ],
  ] as const
) {
  Deno.test(`words: ${words.join(" ")}`, () => refuses(words, 2, part));
}

Deno.test("words: folders and values in place of a run's files", () =>
  inFolder(async (folder) => {
    const run = `${folder}/run`;
    const path = (name: string) => `${run}/${name}`;
    const sizes = [
      "--channels",
      "2",
      "--layers",
      "1",
      "--batch",
      "8",
      "--epochs",
      "1",
      "--search-limit",
      "32",
    ];
    const begin = ["search", "--preset", "tiny", "--space", "s2", ...sizes, "--no-train", "--quiet"];
    const begun = await task(begin[0]!, ...begin.slice(1), "--out", run);
    assertEquals(begun.code, 0, begun.stderr);
    Deno.removeSync(path("result.json"));
    const resume = ["search", "--quiet", "--resume", run];

    Deno.mkdirSync(path("result.json"));
    await refuses(resume, 4, `Cannot read ${path("result.json")}: it is a folder.`);
    Deno.removeSync(path("result.json"));
    Deno.writeTextFileSync(path("result.json"), "null");
    await refuses(resume, 4, `${path("result.json")} holds no JSON object.`);
    Deno.removeSync(path("result.json"));

    const environment = Deno.readTextFileSync(path("environment.json"));
    Deno.writeTextFileSync(path("environment.json"), "5");
    await refuses(resume, 4, `${path("environment.json")} holds no JSON object.`);
    Deno.writeTextFileSync(path("environment.json"), environment);

    const checkpoint = path("checkpoints/000001.safetensors");
    Deno.removeSync(checkpoint);
    Deno.mkdirSync(`${checkpoint}/inner`, { recursive: true });
    const why = `Cannot read ${checkpoint}: it is a folder.`;
    await refuses(resume, 4, `No checkpoint in ${path("checkpoints")} is whole: ${why}`);
    Deno.removeSync(path("checkpoints"), { recursive: true });

    Deno.removeSync(path("config.json"));
    Deno.mkdirSync(path("config.json"));
    await refuses(
      resume,
      2,
      `There is no run to resume in ${run}: config.json cannot be read: it is a folder.`,
    );
  }));
