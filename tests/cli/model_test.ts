/** `model` as a user runs it. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { task } from "./spawn.ts";

const small = ["--space", "nasbench201", "--channels", "2", "--layers", "1", "--batch", "2", "--size", "8"];

Deno.test("model: steps on devices, as JSON", async () => {
  const asked = ["--steps", "weight,training", "--device", "h200,m2", "--tuning", "software", "--json"];
  const { code, stdout, stderr } = await task("model", ...small, "--genotype", "DARTS_V2", ...asked);
  assertEquals(code, 0, stderr);
  const { tuning, models } = JSON.parse(stdout);
  assertEquals(tuning, "software");
  assertEquals(
    models.map(({ step, device }: { step: string; device: string }) => `${step} ${device}`),
    ["weight h200", "weight m2", "training h200", "training m2"],
  );
  for (const { ms, roofline_ms, dispatches, kernels } of models) {
    assert(0 < roofline_ms && roofline_ms < ms);
    const sum = (key: string): number =>
      kernels.reduce((sum: number, kernel: Record<string, number>) => sum + kernel[key]!, 0);
    assertEquals(sum("dispatches"), dispatches);
    assert(Math.abs(sum("ms") - ms) < 1e-9);
  }
});

Deno.test("model: with the constants that doctor measured", () =>
  inFolder(async (folder) => {
    const file = `${folder}/doctor.json`;
    const speed = { peakGflops: 1, gigabytesPerSecond: 1, dispatchMicroseconds: 1000, loadNanoseconds: 1 };
    Deno.writeTextFileSync(file, JSON.stringify({ speed }));
    const { code, stdout } = await task("model", ...small, "--doctor", file);
    assertEquals(code, 0);
    // A millisecond for each of its dispatches.
    const [, ms, dispatches] = stdout.match(/as measured.*: ([\d.]+) ms.*\n.*gaps of (\d+) dispatches/)!;
    assert(Number(ms) > Number(dispatches));
    Deno.writeTextFileSync(file, "{}");
    const without = await task("model", ...small, "--doctor", file);
    assertEquals(without.code, 4);
    assertStringIncludes(without.stderr, "has no speed.peakGflops: doctor --json writes it");
  }));

Deno.test("model: beside what was measured, which may be of another plan", () =>
  inFolder(async (folder) => {
    const file = `${folder}/measured.json`;
    const kernels = [{ kernel: "moments", ms: 3 }, { kernel: "convolution 3x3 s1 4", ms: 1 }, {
      kernel: "convolution 1x1 s1 4",
      ms: 2,
    }];
    Deno.writeTextFileSync(file, JSON.stringify({ dispatches: 7, kernels }));
    const { code, stdout } = await task("model", ...small, "--measured", file);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "Not the same plan: 7 dispatches were measured");
    const after = stdout.slice(stdout.indexOf("measured      model"));
    assertMatch(after, /\nmoments +3\.00 +0\.\d\d +\d/);
    assertMatch(after, /\nconvolution +3\.00 /);
    assertMatch(after, /\nall +6\.00 /);
    Deno.writeTextFileSync(file, "{}");
    const without = await task("model", ...small, "--measured", file);
    assertEquals(without.code, 4);
    assertStringIncludes(without.stderr, "bench-step --profile --json writes them");
  }));
