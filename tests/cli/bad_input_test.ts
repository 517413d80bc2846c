/** What a run cannot do is said before anything long begins, and leaves no file. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { task } from "./spawn.ts";

const refuses = async (args: readonly string[], code: number, ...parts: string[]) => {
  const [name, ...flags] = args;
  const run = await task(name!, ...flags);
  assertEquals([run.code, run.stdout], [code, ""], run.stderr);
  for (const part of parts) assertStringIncludes(run.stderr, part);
};

for (
  const [flags, code, message] of [
    [["--batch", "200"], 2, "larger than the 192 images of the weight half"],
    [
      ["--eval-batch", "2000"],
      2,
      "larger than the 896 images of the training images; choose --eval-batch 896",
    ],
    [["--auxiliary", "0.4"], 2, "too small for the auxiliary head"],
    [["--size", "6"], 2, "has to halve a 3×3 feature map"],
    [["--channels", "1024"], 3, "larger than the device's largest binding"],
  ] as const
) {
  Deno.test(`bad input: search ${flags.join(" ")}`, () =>
    refuses(["search", "--preset", "tiny", "--dry-run", ...flags], code, message));
}

Deno.test("bad input: a training that diverges in its first epoch leaves no run directory", () =>
  inFolder(async (folder) => {
    const sizes = ["--train-limit", "64", "--batch", "16", "--channels", "2", "--layers", "1"];
    const rates = ["--lr", "1e30", "--weight-decay", "1e30", "--grad-clip", "0"];
    const command = ["evaluate", "--genotype", "DARTS_V2", "--preset", "tiny", "--out", `${folder}/run`];
    await refuses([...command, ...sizes, ...rates], 5, "became NaN or infinite");
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
