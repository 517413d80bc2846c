/** A device that fails is an error of its own kind, and a run goes on with another. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "deno-std/assert";
import { surviving, type SurvivingOptions } from "../../pipelines/run/surviving.ts";
import { deviceError, DeviceFailedError, UserError } from "../../src/errors.ts";
import { exp, input, matmul, mul, shift } from "../../src/graph/ops/mod.ts";
import { Runner } from "../../src/gpu/mod.ts";
import { type Fault, type Faults, withFaults } from "./lost_device.ts";

const x = input("x", [1000]);
const square = input("square", [8, 8]);
const graph = { x: mul(x, exp(shift(x, -1.5))) };
const start = Float32Array.from({ length: 1000 }, (_, i) => 0.5 + i / 2000);
const steps = 12;
const every = 4;

/** A run: steps, of which every fourth is kept. `saved` is what it can go on from. */
interface Run {
  readonly step: number;
  readonly x: Float32Array;
}
function smallRun() {
  let saved: Run = { step: 0, x: start };
  const body = async (runner: Runner): Promise<Float32Array> => {
    const program = await runner.load(runner.compile(graph));
    let state = runner.tensors.upload(saved.x, [1000]);
    for (let step = saved.step + 1; step <= steps; step++) {
      const next = program.run<"x">({ x: state });
      runner.tensors.retire({ x: state }, next);
      state = next.x;
      if (step % every === 0) saved = { step, x: (await runner.tensors.read([state]))[0]! };
    }
    return saved.x;
  };
  return { body, position: () => saved.step };
}

const bits = (values: Float32Array) =>
  new Uint32Array(values.buffer, values.byteOffset, values.length).join();

/** Runs it to its end with the notes that it gave. */
async function survived(
  { body, position }: ReturnType<typeof smallRun>,
  options: Partial<SurvivingOptions> = {},
): Promise<{ result: string; notes: readonly string[] }> {
  const notes: string[] = [];
  const note = (line: string) => void notes.push(line);
  const result = await surviving(() => Runner.open(), body, {
    note,
    position,
    resumeHint: () => "",
    pause: 0,
    ...options,
  });
  return { result: bits(result), notes };
}

let undisturbed: { result: string; submits: number };
Deno.test("a run without faults, which the others are compared with", async () => {
  using faults = withFaults("lost", () => false);
  const { result, notes } = await survived(smallRun());
  assertEquals(notes, []);
  assert(faults.submits > steps, "the submits of the run are seen");
  undisturbed = { result, submits: faults.submits };
});

const words: Readonly<Record<Fault, string>> = {
  "lost": "The device was lost",
  "kernel": "The device failed",
  "left out": "The device left out a part of what it was given to compute",
};
for (const fault of Object.keys(words) as Fault[]) {
  Deno.test(`${fault}: at whichever submit, the run ends with the same bits`, async () => {
    for (let at = 1; at <= undisturbed.submits; at++) {
      using faults = withFaults(fault, (submit) => submit === at);
      const { result, notes } = await survived(smallRun());
      assertEquals(result, undisturbed.result, `submit ${at}`);
      assertEquals([faults.failed, notes.length], [1, 1], `submit ${at}`);
      assertStringIncludes(notes[0]!, words[fault]);
      assertStringIncludes(notes[0]!, "going on from the last state (1 of 3)");
    }
  });

  Deno.test(`${fault}: loading, reading and waiting say so, and go on saying so`, async () => {
    let broken = false;
    using _faults = withFaults(fault, () => broken);
    const ways: Record<string, (runner: Runner) => Promise<unknown>> = {
      compile: (runner) => runner.load(runner.compile({ y: matmul(square, square) })),
      load: (runner) => runner.load(runner.compile(graph)),
      read: (runner) => runner.tensors.read([runner.tensors.upload(start, [1000])]),
      settle: (runner) => runner.settle(),
    };
    for (const [name, way] of Object.entries(ways)) {
      // Only what is read back tells of a submit that was left out.
      if (fault === "left out" && name !== "read") continue;
      broken = false;
      const runner = await Runner.open();
      const program = await runner.load(runner.compile(graph));
      if (name !== "compile") await way(runner);
      broken = true;
      program.run({ x: start });
      broken = false;
      for (let time = 0; time < 2; time++) {
        const error = await way(runner).catch((thrown) => thrown);
        assert(error instanceof DeviceFailedError, `${name}: ${error}`);
        assertEquals(error.exitCode, 3);
      }
      runner.close();
    }
  });
}

Deno.test("too many failures without progress end the run, with words on how to go on", async () => {
  const cases = [
    { whole: 0, resumeHint: "", words: "There is no checkpoint yet." },
    { whole: every + 1, resumeHint: "--resume X goes on", words: "is kept: --resume X goes on." },
  ];
  for (const { whole, resumeHint, words } of cases) {
    using faults: Faults = withFaults("lost", (submit) => submit > whole);
    const notes: string[] = [];
    const options = { note: (line: string) => void notes.push(line), resumeHint: () => resumeHint };
    const error = await assertRejects(() => survived(smallRun(), options), UserError);
    assertEquals(error.exitCode, 3);
    assertStringIncludes(error.message, "tried 3 times");
    assertStringIncludes(error.message, words);
    assertEquals(notes.map((line) => line.match(/\(\d of \d\)/)![0]), ["(1 of 3)", "(2 of 3)", "(3 of 3)"]);
    assert(faults.failed >= 4);
    assertEquals(faults.submits > faults.failed, whole > 0);
  }
});

Deno.test("a run that gets on between its failures may fail more often", async () => {
  // The steps to the next state, its read, and two steps more.
  using faults = withFaults("lost", (_, ofDevice) => ofDevice === every + 3);
  const { result, notes } = await survived(smallRun(), { times: 1 });
  assertEquals(result, undisturbed.result);
  assertEquals(faults.failed, 2);
  assert(notes.every((line) => line.endsWith("(1 of 1)")), notes.join("\n"));
});

Deno.test("a device that does not open again is asked for as often as one that fails", async () => {
  using _faults = withFaults("lost", (submit) => submit === 5);
  const run = smallRun();
  let opened = 0;
  const open = (missing: number) => () =>
    opened++ === 0 || opened > 1 + missing
      ? Runner.open()
      : Promise.reject(deviceError("No WebGPU adapter: install one"));
  const options = { note: () => {}, position: run.position, resumeHint: () => "", pause: 0 };
  assertEquals(bits(await surviving(open(2), run.body, options)), undisturbed.result);
  assertEquals(opened, 4);

  using _again = withFaults("lost", (submit) => submit === 5);
  opened = 0;
  const error = await assertRejects(() => surviving(open(99), smallRun().body, options), UserError);
  assertEquals([error.exitCode, opened], [3, 4]);
  assertStringIncludes(error.message, "No WebGPU adapter");
});

Deno.test("what is no fault of the device ends the run at once", async () => {
  for (const error of [deviceError("Out of GPU memory"), new TypeError("a mistake")]) {
    let runs = 0;
    const body = () => (runs++, Promise.reject(error));
    const options = { note: () => {}, position: () => 0, resumeHint: () => "" };
    assertEquals(await surviving(() => Runner.open(), body, options).catch((thrown) => thrown), error);
    assertEquals(runs, 1);
  }
});

Deno.test("a tensor that does not fit is named, not the kernels that fail for want of it", async () => {
  using faults = withFaults("kernel", (_, ofDevice) => ofDevice > 2);
  const { popErrorScope } = GPUDevice.prototype;
  let full = false;
  const body = async (runner: Runner) => {
    const program = await runner.load(runner.compile(graph));
    await runner.tensors.read([program.run<"x">({ x: start }).x]);
    // The scope for memory is the inner one.
    let inner = true;
    GPUDevice.prototype.popErrorScope = function () {
      const error = full && inner ? new GPUOutOfMemoryError("none left") : null;
      inner = !inner;
      return popErrorScope.call(this).then((found) => error ?? found);
    };
    full = true;
    const { x } = program.run<"x">({ x: start });
    full = false;
    return await runner.tensors.read([x]);
  };
  const options = { note: () => {}, position: () => 0, resumeHint: () => "" };
  try {
    const error = await assertRejects(() => surviving(() => Runner.open(), body, options), UserError);
    assertEquals(error.exitCode, 3);
    assertStringIncludes(error.message, "Out of GPU memory: Allocating a tensor [1000] of 0.0 MB");
    assert(faults.failed > 0);
  } finally {
    GPUDevice.prototype.popErrorScope = popErrorScope;
  }
});

Deno.test("the runner of each try is closed", async () => {
  using _faults = withFaults("lost", (submit) => submit === 5);
  const closed: number[] = [];
  let opened = 0;
  const run = smallRun();
  const open = async () => {
    const runner = await Runner.open();
    const number = ++opened;
    const { close } = runner;
    return Object.assign(runner, { close: () => (closed.push(number), close.call(runner)) });
  };
  await surviving(open, run.body, { note: () => {}, position: run.position, resumeHint: () => "" });
  assertEquals(closed, [1, 2]);
});
