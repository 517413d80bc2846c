/** A run goes on though its images moved, settings came and went, or it is to have more epochs. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { encodeCheckpoint, type Kept, newestCheckpoint } from "../../src/io/checkpoint.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { upgraded, withoutRemoved } from "../../src/config/upgrade.ts";
import { concatBytes } from "../../src/io/bytes.ts";
import { twoClasses, writeTree } from "../data/image_files.ts";
import { assertSameRun } from "./same_run.ts";
import { smallest } from "./smallest.ts";
import { isFile, task } from "./spawn.ts";

const folder = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const images = `${folder}/images`;
writeTree(images, twoClasses("", 12));

const json = (path: string) => JSON.parse(Deno.readTextFileSync(path));

async function search(...args: string[]): Promise<string> {
  const { code, stderr } = await task("search", ...args);
  assertEquals(code, 0, stderr);
  return stderr;
}

async function refused(code: number, words: string, name: string, ...args: string[]): Promise<void> {
  const ended = await task(name, ...args);
  assertEquals(ended.code, code, ended.stderr);
  assertStringIncludes(ended.stderr, words);
}

const begun = `${folder}/begun`;
await search(...smallest, "--data", images, "--epochs", "2", "--eval-epochs", "1", "--out", begun);

function copied(name: string): string {
  const run = `${folder}/${name}`;
  Deno.mkdirSync(`${run}/checkpoints`, { recursive: true });
  for (const { name, isFile } of Deno.readDirSync(begun)) {
    if (isFile) Deno.copyFileSync(`${begun}/${name}`, `${run}/${name}`);
  }
  for (const { name } of Deno.readDirSync(`${begun}/checkpoints`)) {
    Deno.copyFileSync(`${begun}/checkpoints/${name}`, `${run}/checkpoints/${name}`);
  }
  return run;
}

/** A copy without what it has after its first checkpoint: a run that was stopped. */
function stopped(name: string): string {
  const run = copied(name);
  const [first] = [...Deno.readDirSync(`${run}/checkpoints`)].map(({ name }) => name).sort();
  for (const { name } of Deno.readDirSync(`${run}/checkpoints`)) {
    if (name !== first) Deno.removeSync(`${run}/checkpoints/${name}`);
  }
  for (const name of ["result.json", "report.html"]) Deno.removeSync(`${run}/${name}`);
  return run;
}

/** A landscape of two images, as small as can be. */
const look = ["--images", "2", "--steps", "1", "--map-steps", "0", "--no-eigenvector"];

Deno.test("moved: a stopped run goes on with --data, and its settings say where the images are now", async () => {
  const run = stopped("moved");
  const there = `${folder}/there/other name`;
  Deno.mkdirSync(`${folder}/there`);
  Deno.renameSync(images, there);
  try {
    await refused(4, `There is no file or folder ${images}; give --data`, "search", "--resume", run);
    await search("--resume", run, "--data", there);
    assertSameRun(run, begun);
    assertEquals(json(`${run}/config.json`).data, there);
    const looked = await task("landscape", run, ...look);
    assertEquals(looked.code, 0, looked.stderr);
  } finally {
    Deno.renameSync(there, images);
  }
  const ended = await task("landscape", run, "--data", images, ...look, "--directions", "1");
  assertEquals(ended.code, 0, ended.stderr);
});

Deno.test("moved: other images under --data are refused", async () => {
  const other = `${folder}/other`;
  writeTree(other, twoClasses("", 12, 12));
  await refused(4, "other images", "search", "--resume", stopped("strange"), "--data", other);
  await refused(4, "other ones than those of the run", "landscape", begun, "--data", other);
  await refused(4, "other ones than those of the run", "search", "--resume", begun, "--data", other);
});

Deno.test("upgrade: a setting that this version has not is left out with a word", async () => {
  const run = stopped("older");
  Deno.writeTextFileSync(
    `${run}/config.json`,
    JSON.stringify({ ...json(`${run}/config.json`), lookahead: 3 }),
  );
  rewrite(run, (settings) => ({ ...settings, lookahead: 3 }));
  assertStringIncludes(await search("--resume", run), 'The setting "lookahead" in');
  assertSameRun(run, begun);
  // The record of a run may be taken for a new one, by its file or its folder; what a user wrote is checked.
  for (const config of [`${run}/config.json`, run]) {
    await search("--config", config, "--dry-run");
  }
  Deno.writeTextFileSync(`${folder}/own.json`, '{"lookahead": 3}');
  await refused(2, 'Unknown key "lookahead"', "search", "--config", `${folder}/own.json`);
});

/** Changes the settings in a run's checkpoints, as another version would have written them. */
function rewrite(run: string, change: (settings: Record<string, unknown>) => Record<string, unknown>): void {
  const { path, record } = newestCheckpoint(`${run}/checkpoints`)!;
  const { identity, ...others } = record as { identity: { settings: string; images: string } };
  const settings = JSON.stringify(change(JSON.parse(identity.settings)));
  const changed = { ...others, identity: { ...identity, settings } } as unknown as Kept;
  Deno.writeFileSync(path, concatBytes(encodeCheckpoint(changed)));
}

for (const lacking of ["labelSmoothing", "nesterov", "bandwidth", "recompute", "searchDropPath"]) {
  Deno.test(`upgrade: a run that began before there was ${lacking} goes on with its default`, async () => {
    const run = stopped(`before ${lacking}`);
    const without = ({ [lacking]: _, ...settings }: Record<string, unknown>) => settings;
    const usual = json(`${run}/config.json`)[lacking];
    Deno.writeTextFileSync(`${run}/config.json`, JSON.stringify(without(json(`${run}/config.json`))));
    rewrite(run, without);
    await search("--resume", run);
    assertSameRun(run, begun);
    assertEquals(json(`${run}/config.json`)[lacking] ?? usual, usual);
  });
}

Deno.test("upgrade: what a run's record lacks is not for a preset of today to say", () => {
  const { evalHoldout: _, ...record } = json(`${begun}/config.json`);
  const text = JSON.stringify(record);
  const read = (ofRun: boolean) =>
    resolve(searchCommand, { flags: {}, file: { path: "config.json", text, ofRun } }).evalHoldout;
  assertEquals([read(true), read(false)], [0, 128]);
  // What a user made of one takes its preset as ever.
  const few = { path: "config.json", text: '{"preset": "tiny", "seed": 3}', ofRun: true };
  assertEquals(resolve(searchCommand, { flags: {}, file: few }).evalHoldout, 128);
});

Deno.test("upgrade: removed settings have a word, in records and in files of a user; others are typing errors", () => {
  const changes = { added: { imageOrder: "stored" }, removed: { warp: "the mean shift takes its place" } };
  const words = 'The setting "warp" in a.json is left out: the mean shift takes its place.';
  const written = { warp: 1, epochs: 3, wrap: 2 };
  const record = upgraded(searchCommand, written, "a.json", changes);
  assertEquals(record.settings, { epochs: 3, imageOrder: "stored" });
  assertEquals(record.notes[0], words);
  assertStringIncludes(record.notes[1]!, '"wrap"');
  assertEquals(withoutRemoved(written, "a.json", changes), {
    settings: { epochs: 3, wrap: 2 },
    notes: [words],
  });
});

Deno.test("upgrade: a setting that is another one in the checkpoint is refused still", async () => {
  const run = stopped("mixed up");
  rewrite(run, (settings) => ({ ...settings, bandwidth: 0.25 }));
  await refused(4, "--bandwidth", "search", "--resume", run);
});

Deno.test("epochs: without a checkpoint a finished run is not begun anew over what it came to", async () => {
  const run = copied("without checkpoints");
  Deno.removeSync(`${run}/checkpoints`, { recursive: true });
  await refused(2, "has no checkpoint to go on from", "search", "--resume", run, "--epochs", "3");
  assertEquals(
    Deno.readFileSync(`${run}/weights.safetensors`),
    Deno.readFileSync(`${begun}/weights.safetensors`),
  );
});

Deno.test("epochs: a search that decides its edges says when more epochs leave the cell as it is", async () => {
  const run = `${folder}/decided`;
  await search(
    ...smallest,
    "--method",
    "sgas",
    "--data",
    images,
    "--epochs",
    "2",
    "--no-train",
    "--out",
    run,
  );
  assertStringIncludes(
    await search("--resume", run, "--epochs", "3"),
    "Every edge of the cell is decided already",
  );
});

Deno.test("epochs: a finished search goes on to more, trains what it finds anew, and keeps its first result", async () => {
  const run = copied("longer");
  const said = await search("--resume", run, "--epochs", "3");
  assertStringIncludes(said, "The search is to have 3 epochs instead of 2");
  const rows = Deno.readTextFileSync(`${run}/metrics.jsonl`).trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(rows.map(({ stage, epoch }) => `${stage} ${epoch}`), [
    "search 0",
    "search 1",
    "search 2",
    "train 0",
  ]);
  const before = Deno.readTextFileSync(`${begun}/metrics.jsonl`).trim().split("\n");
  assertEquals(rows.slice(0, 2), before.slice(0, 2).map((line) => JSON.parse(line)));
  // What the shorter run came to is a run of its own.
  const kept = `${run}/before-2-epochs`;
  assertEquals(json(`${kept}/result.json`), json(`${begun}/result.json`));
  for (const name of ["weights.safetensors", "supernet.safetensors", "genotype.json", "metrics.jsonl"]) {
    assertEquals(Deno.readFileSync(`${kept}/${name}`), Deno.readFileSync(`${begun}/${name}`), name);
  }
  assertEquals(json(`${run}/config.json`).epochs, 3);
  const [{ command, after }] = json(`${run}/environment.json`).continued;
  assert(command.endsWith(`search --resume ${run} --epochs 3`), command);
  assertEquals(after, "2 epochs of the search");
  assertStringIncludes(Deno.readTextFileSync(`${run}/report.html`), `${command} # after ${after}`);
  // It is a run of three epochs from now on.
  assertStringIncludes(await search("--resume", run), "has finished already");
  assertEquals(json(`${run}/config.json`).epochs, 3);
});

Deno.test("epochs: a stopped run, and the training of a finished one, go on to more", async () => {
  const run = stopped("stopped and longer");
  const { tuning } = json(`${run}/environment.json`);
  const said = await search("--resume", run, "--epochs", "3", "--eval-epochs", "2", "--tuning", "gpu");
  assertStringIncludes(said, "tuned for gpu it goes on, but not to the same bits");
  assertEquals([json(`${run}/environment.json`).tuning, tuning === "gpu"], [tuning, false]);
  const stages = Deno.readTextFileSync(`${run}/metrics.jsonl`).match(/"stage":"\w+"/g)!.join(" ");
  assertEquals(stages.match(/search/g)!.length, 3);
  assertEquals(stages.match(/train/g)!.length, 2);
  const trained = copied("trained longer");
  await search("--resume", trained, "--eval-epochs", "2");
  for (const name of ["genotype.json", "alphas.jsonl"]) {
    assertEquals(Deno.readTextFileSync(`${trained}/${name}`), Deno.readTextFileSync(`${begun}/${name}`));
  }
  assert(isFile(`${trained}/before-1-training-epochs/result.json`));
});

Deno.test("epochs: of the training of a run that trains no network are refused, with what trains its cell", async () => {
  const run = copied("untrained");
  const config = { ...json(`${run}/config.json`), train: false };
  Deno.writeTextFileSync(`${run}/config.json`, JSON.stringify(config));
  await refused(
    2,
    "trains no network, so --eval-epochs 9 changes",
    "search",
    "--resume",
    run,
    "--eval-epochs",
    "9",
  );
});

Deno.test("resume: how a run runs holds from then on, what was said for one session does not", async () => {
  const run = stopped("how it runs");
  await search("--resume", run, "--memory-limit", "4000", "--log", "tensorboard", "--quiet");
  const before = json(`${begun}/config.json`);
  assertEquals(json(`${run}/config.json`), { ...before, memoryLimit: 4000, log: "tensorboard" });
  assert(Deno.statSync(`${run}/tensorboard`).isDirectory);
});

Deno.test("epochs: fewer than a run has behind it, and a method that divides its epochs, lose nothing", async () => {
  const run = copied("shorter");
  await refused(2, "has 2 epochs behind it already", "search", "--resume", run, "--epochs", "1");
  assertEquals(json(`${run}/config.json`).epochs, 2);
  assertEquals(json(`${run}/result.json`), json(`${begun}/result.json`));
  const dry = await task("search", "--resume", run, "--epochs", "1", "--dry-run");
  assertEquals([dry.code, dry.stdout], [2, ""], dry.stderr);
  const staged = copied("staged");
  const config = { ...json(`${staged}/config.json`), method: "p-darts" };
  Deno.writeTextFileSync(`${staged}/config.json`, JSON.stringify(config));
  await refused(2, "divides its epochs among stages", "search", "--resume", staged, "--epochs", "3");
});

Deno.test("moved: a comparison goes on with --data, and refuses other images", async () => {
  const comparison = `${folder}/comparison`;
  const compare = async (...args: string[]) => await task("compare", ...args);
  const there = `${folder}/there too`;
  const begin = [
    ...smallest,
    "--epochs",
    "1",
    "--eval-epochs",
    "1",
    "--methods",
    "darts,ms-darts",
    "--seeds",
    "1",
  ];
  const first = await compare(...begin, "--data", images, "--out", comparison);
  assertEquals(first.code, 0, first.stderr);
  Deno.removeSync(`${comparison}/ms-darts-s2-seed0`, { recursive: true });
  const other = `${folder}/other again`;
  writeTree(other, twoClasses("", 12, 12));
  const strange = await compare("--resume", comparison, "--data", other);
  assertEquals(strange.code, 4, strange.stderr);
  assertStringIncludes(strange.stderr, "other ones than those of darts-s2-seed0");
  Deno.removeSync(`${comparison}/ms-darts-s2-seed0`, { recursive: true });
  Deno.renameSync(images, there);
  try {
    const { code, stderr } = await compare("--resume", comparison, "--data", there);
    assertEquals(code, 0, stderr);
  } finally {
    Deno.renameSync(there, images);
  }
});
