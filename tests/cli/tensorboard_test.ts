/** `--log tensorboard` as a user runs it: the event files of runs that are stopped, killed, extended and undisturbed. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { decode } from "fast-png";
import { inFolder } from "../data/files.ts";
import { eventsIn, shown } from "../tensorboard/event_reader.ts";
import { smallest } from "./smallest.ts";
import { ended, start, task } from "./spawn.ts";

const name = "events.out.tfevents.ms-darts";
const limits = ["--search-limit", "8", "--valid-limit", "4", "--train-limit", "8", "--test-limit", "2"];
/** No checkpoint but those of the epochs' ends and of a stop. */
const often = ["--quiet", "--checkpoint-every", "100000"];
const search = [...smallest, ...limits, ...often, "--hessian", "every=2", "--log-every", "1"];

const eventFile = (run: string, part: string): string => `${run}/tensorboard/${part}/${name}`;
const parts = (run: string): string[] =>
  [...Deno.readDirSync(`${run}/tensorboard`)].map(({ name }) => name).sort();
const rows = (run: string, log: string): Record<string, unknown>[] =>
  Deno.readTextFileSync(`${run}/${log}`).trimEnd().split("\n").map((line) => JSON.parse(line));
const lines = (run: string): number => {
  try {
    return rows(run, "metrics.jsonl").length;
  } catch {
    return 0;
  }
};

/** What is the same in runs of the same settings: all but what a clock measured. */
const untimed = (run: string, part: string): unknown[] =>
  eventsIn(eventFile(run, part)).map(({ wallTime: _, values, ...event }) => ({
    ...event,
    values: values.filter(({ tag }) => !["run/seconds", "run/images_per_second"].includes(tag)),
  }));

/** The numbers that a chart shows of a part, and those of the rows that it is of, by column and step. */
function assertShowsRows(
  run: string,
  part: string,
  wanted: readonly Record<string, unknown>[],
  axis: string,
): void {
  const charts = new Map<string, number>();
  for (const [tag, steps] of shown(eventFile(run, part))) {
    for (const [step, value] of steps) {
      if (typeof value === "number") charts.set(`${tag.split("/")[1]} ${step}`, value);
    }
  }
  const numbers = wanted.flatMap((row) =>
    Object.entries(row).flatMap(([column, value]) =>
      typeof value === "number" && column !== axis
        ? [[`${column} ${row[axis]}`, Math.fround(value)] as const]
        : []
    )
  );
  assert(numbers.length > 5);
  assertEquals(new Map([...charts].toSorted()), new Map(numbers.toSorted()), `${run} ${part}`);
}

const inStage = (run: string, stage: string) =>
  rows(run, "metrics.jsonl").filter((row) => row["stage"] === stage);

function assertShowsRun(run: string): void {
  assertEquals(parts(run), ["search", "search-steps", "train"]);
  assertShowsRows(run, "search", inStage(run, "search"), "epoch");
  assertShowsRows(run, "train", inStage(run, "train"), "epoch");
  assertShowsRows(run, "search-steps", rows(run, "steps.jsonl"), "step");
}

/** Ends a process by a signal once the run has so many epochs. */
async function endedBy(signal: Deno.Signal, child: Deno.ChildProcess, run: string, epochs: number) {
  let over = false;
  child.status.finally(() => over = true);
  while (!over && lines(run) < epochs) await new Promise((wait) => setTimeout(wait, 5));
  if (!over) child.kill(signal);
  return await ended(child);
}

Deno.test({
  name: "tensorboard: a search that is stopped, killed and left with half a record ends like one that is not",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const [whole, cut] = [`${folder}/whole`, `${folder}/cut`];
      const settings = [...search, "--epochs", "3", "--eval-epochs", "2", "--log", "tensorboard"];
      assertEquals(await ended(start("search", [...settings, "--out", whole])), { code: 0, said: "" });
      assertShowsRun(whole);
      const pictures = shown(eventFile(whole, "search")).get("cell/normal")!;
      assertEquals([...pictures.keys()], [0, 1, 2]);
      for (const picture of pictures.values()) {
        assert(typeof picture !== "number");
        const { width, height } = decode(picture.png);
        assertEquals([picture.width, picture.height], [width, height]);
      }

      const began = await endedBy("SIGTERM", start("search", [...settings, "--out", cut]), cut, 1);
      assertEquals(began.code, 130, began.said);
      const before = eventsIn(eventFile(cut, "search"));
      const half = Deno.readFileSync(eventFile(cut, "search")).subarray(0, 20);
      Deno.writeFileSync(eventFile(cut, "search"), half, { append: true });
      const goOn = ["--resume", cut, ...often];
      const killed = await endedBy("SIGKILL", start("search", goOn), cut, 2);
      assertEquals(killed.code, 137, killed.said);
      assertEquals(await ended(start("search", goOn)), { code: 0, said: "" });
      assertShowsRun(cut);
      for (const part of parts(whole)) assertEquals(untimed(cut, part), untimed(whole, part), part);
      // With the times at which they were first written.
      assertEquals(eventsIn(eventFile(cut, "search")).slice(0, before.length), before);

      // Extended: what was trained is trained anew, and of the search only what is new has another time.
      const first = eventsIn(eventFile(whole, "search")).slice(0, 4);
      const longer = await task("search", "--resume", whole, "--epochs", "4", ...often);
      assertEquals(longer.code, 0, longer.stderr);
      assertShowsRun(whole);
      assertEquals(eventsIn(eventFile(whole, "search")).slice(0, 4), first);
    }),
});

Deno.test("tensorboard: a training that had no event files gets them from its beginning when it is resumed", () =>
  inFolder(async (folder) => {
    const run = `${folder}/run`;
    const sizes = ["--preset", "tiny", "--channels", "2", "--layers", "1", "--batch", "2"];
    const settings = [...sizes, "--train-limit", "16", "--test-limit", "2", "--holdout", "2"];
    const evaluate = async (...args: string[]) => {
      const { code, stderr } = await task("evaluate", ...args, "--quiet");
      assertEquals(code, 0, stderr);
    };
    await evaluate("--genotype", "DARTS_V2", ...settings, "--epochs", "1", "--out", run);
    assert(![...Deno.readDirSync(run)].some(({ name }) => name === "tensorboard"));
    await evaluate("--resume", run, "--epochs", "2", "--log", "tensorboard");
    assertEquals(parts(run), ["train"]);
    assertShowsRows(run, "train", rows(run, "metrics.jsonl"), "epoch");
  }));

Deno.test("tensorboard: the runs of a comparison are given it, and a log of another kind is refused by name", async () => {
  const compare = ["--methods", "darts", "--seeds", "1", "--out", "runs/none", "--print-commands"];
  const { stdout } = await task("compare", ...compare, "--log", "tensorboard");
  assertStringIncludes(stdout, " --log tensorboard ");
  const { code, stderr } = await task("search", "--log", "wandb");
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Known: jsonl, tensorboard");
});
