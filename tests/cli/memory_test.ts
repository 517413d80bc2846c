/** What a run needs of the device's memory: said before it starts, kept below a limit, traded for time. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { probeAdapter } from "../../src/setup/adapter.ts";
import { inFolder } from "../data/files.ts";
import { task } from "./spawn.ts";

const ignore = !await probeAdapter();
const commands: Record<string, readonly string[]> = {
  search: ["search", "--preset", "tiny", "--no-train"],
  evaluate: ["evaluate", "--preset", "tiny", "--genotype", "DARTS_V2", "--batch", "32"],
};

/**
 * What `--dry-run` first says of all steps: megabytes as asked for, and with the other choice of `--recompute`.
 */
function figures(stdout: string): { needed: number; otherwise: number; other: string } {
  const line = stdout.split("\n").find((line) => line.startsWith("device memory"))!;
  const [, needed, otherwise, other] =
    line.match(/^device memory of all steps, .*: ([\d.]+) MB \(([\d.]+) MB (with(?:out)?) --recompute\)$/) ??
      [];
  assert(needed, line);
  return { needed: Number(needed), otherwise: Number(otherwise), other: other! };
}

for (const [name, command] of Object.entries(commands)) {
  const dryRun = (...flags: string[]) => {
    const [name, ...rest] = command;
    return task(name!, ...rest, "--dry-run", ...flags);
  };

  Deno.test(`memory: ${name} --dry-run says it with and without recomputing`, async () => {
    const without = figures((await dryRun()).stdout);
    assert(without.otherwise < 0.7 * without.needed, JSON.stringify(without));
    assertEquals(without.other, "with");
    assertEquals(figures((await dryRun("--recompute")).stdout), {
      needed: without.otherwise,
      otherwise: without.needed,
      other: "without",
    });
  });

  Deno.test(`memory: ${name} --dry-run within a limit recomputes as much as it takes`, async () => {
    const { needed, otherwise } = figures((await dryRun()).stdout);
    const limit = (needed + otherwise) / 2;
    const within = figures((await dryRun("--memory-limit", String(limit))).stdout);
    assert(within.needed > otherwise && within.needed <= limit, `${within.needed} of ${limit}`);
    assertEquals(within.otherwise, otherwise);
  });

  Deno.test(`memory: ${name} --dry-run over the limit advises what fits`, async () => {
    const { otherwise } = figures((await dryRun()).stdout);
    const limit = ["--memory-limit", String(Math.floor(0.9 * otherwise))];
    const refused = await dryRun(...limit);
    assertEquals(refused.code, 3);
    assertEquals(figures(refused.stdout).needed, otherwise);
    const [, batch] = refused.stderr.match(
      /^error: This run needs [\d.]+ MB of device memory, [\d.]+ MB more than the limit of [\d.]+ MB \(--memory-limit\); choose a smaller --batch \(now \d+: about (\d+) would fit\)\.\n$/,
    ) ?? [];
    assert(batch, refused.stderr);
    const { code, stderr } = await dryRun(...limit, "--batch", batch);
    assertEquals([code, stderr], [0, ""]);
  });
}

const small = ["--preset", "tiny", "--method", "darts", "--search-limit", "64", "--epochs", "1"];
const largest = "Training the largest network that this search may find";

Deno.test("memory: search --dry-run says what the training at its end may need", async () => {
  const { stdout } = await task("search", ...small, "--dry-run");
  const [search, training] = stdout.split("\ntraining of the largest network that it may find:\n");
  assert(!search!.includes("trainStep:"), stdout);
  assert(training!.startsWith("trainStep: "), stdout);
  assert(figures(training!).otherwise < figures(training!).needed);
  const none = await task("search", ...small, "--dry-run", "--no-train");
  assertEquals(none.stdout, search);
});

for (
  const [what, flags, words] of [
    [
      "does not fit the limit",
      ["--eval-channels", "64", "--memory-limit", "70"],
      new RegExp(
        `error: ${largest} needs [\\d.]+ MB of device memory, [\\d.]+ MB more than the limit of 70\\.0 MB ` +
          "\\(--memory-limit\\); choose a smaller --eval-batch \\(now \\d+: about \\d+ would fit\\)\\.",
      ),
    ],
    [
      "has a tensor that is too large",
      ["--eval-channels", "1024", "--eval-batch", "512"],
      /error: A tensor of \d+ bytes is larger than the device's largest binding \(\d+ bytes\): choose a smaller --eval-batch or fewer --eval-channels/,
    ],
  ] as const
) {
  Deno.test(
    { name: `memory: a search whose training ${what} does not begin`, ignore },
    () =>
      inFolder(async (folder) => {
        for (const more of [["--quiet", "--out", `${folder}/run`], ["--dry-run"]]) {
          const { code, stderr } = await task("search", ...small, ...flags, ...more);
          assertEquals(code, 3, stderr);
          assertMatch(stderr, words);
          assert(!stderr.includes("steps"), stderr);
        }
        assertEquals([...Deno.readDirSync(folder)], []);
      }),
  );
}

Deno.test({ name: "memory: a run over the limit does not begin", ignore }, () =>
  inFolder(async (folder) => {
    const limit = ["--memory-limit", "3", "--quiet", "--out", `${folder}/run`];
    const { code, stdout, stderr } = await task("search", "--preset", "tiny", ...limit);
    assertEquals([code, stdout], [3, ""]);
    assertStringIncludes(
      stderr,
      "more than the limit of 3.0 MB (--memory-limit); choose a smaller --eval-batch",
    );
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test(
  { name: "memory: a search that recomputes ends with the same bits", ignore },
  () =>
    inFolder(async (folder) => {
      const sizes = ["--train-limit", "64", "--batch", "8", "--epochs", "1", "--warmup", "0", "--no-train"];
      const found: Uint8Array[][] = [];
      for (const flags of [[], ["--recompute"]]) {
        const out = `${folder}/${found.length}`;
        const run = await task("search", "--preset", "tiny", ...sizes, ...flags, "--quiet", "--out", out);
        assertEquals(run.code, 0, run.stderr);
        found.push(
          ["alphas.jsonl", "supernet.safetensors"].map((name) => Deno.readFileSync(`${out}/${name}`)),
        );
      }
      assert(found[0]![0]!.length > 100);
      assertEquals(found[1], found[0]);
    }),
);
