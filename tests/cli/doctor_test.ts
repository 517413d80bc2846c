/** `doctor` as a user runs it, and what it does to find things out. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { longSubmit } from "../../src/doctor/long_submit.ts";
import { selfTestCases } from "../../src/doctor/self_test.ts";
import { Runner } from "../../src/gpu/mod.ts";
import { software } from "../../src/graph/tuning.ts";
import { compile } from "../../src/plan/compile.ts";
import { probeAdapter } from "../../src/setup/adapter.ts";
import { withFaults } from "../pipelines/lost_device.ts";
import { patched } from "../plan/patched.ts";
import { task } from "./spawn.ts";

const ignore = !await probeAdapter();

Deno.test({ name: "doctor: --json tells the adapter, its self-test and speed", ignore }, async () => {
  const { code, stdout, stderr } = await task("doctor", "--json", "--tuning", "gpu");
  assertEquals(code, 0);
  const { device, driver, tuning, kernels, speed, aliasing, longSubmit, memory } = JSON.parse(stdout);
  assertEquals(tuning, "gpu");
  assert(device.adapter.length > 0 && device.limits.maxBufferSize > 0 && driver.length > 0);
  assertEquals(kernels.map(({ passed }: { passed: boolean }) => passed), Array(8).fill(true));
  assert(device.software ? memory > 1e8 : memory === null);
  assertEquals(stderr.includes("NO GPU WAS FOUND"), device.software);
  for (const value of Object.values(speed) as number[]) assert(value > 0 && Number.isFinite(value));
  assert(aliasing === null || aliasing.length > 0);
  assertEquals(longSubmit, null);
});

Deno.test("doctor: its graphs have a program and sums that are split", () => {
  const { cases } = selfTestCases();
  const plan = compile(
    Object.fromEntries(Object.entries(cases).map(([name, { node }]) => [name, node])),
    { maxBinding: 2 ** 27, tuning: software },
  );
  const programs = plan.dispatches.filter(({ kernel }) => kernel.defines?.["PROGRAM"] === 1);
  assert(programs.some(({ label }) => /sum.*div.*mul/.test(label)));
  const labels = plan.dispatches.map(({ label }) => label);
  for (const label of ["partial_sums", "sum"]) assert(labels.includes(label), labels.join());
});

Deno.test({ name: "doctor: work without a break passes, or it says what became of it", ignore }, async () => {
  let submits = 0;
  const patch = patched(GPUQueue.prototype, "submit", (plain, [commands]) => (submits++, plain(commands)));
  const passed = await longSubmit(() => Runner.open(), 1, [0.1, 0.2]);
  patch[Symbol.dispose]();
  assert(passed.seconds > 0 && passed.failure === undefined);
  assertEquals(submits, 4, "each is one submit, and a read");
  for (const [fault, words] of [["lost", "was lost"], ["left out", "left out a part"]] as const) {
    using faults = withFaults(fault, (submit) => submit === 3);
    const { failure, seconds } = await longSubmit(() => Runner.open(), 1, [0.1, 0.2, 0.3]);
    assertStringIncludes(failure!, words);
    assertEquals([faults.failed, seconds > 0], [1, true]);
  }
});

Deno.test("a driver that computes on the CPU is known by its name, or says so", async () => {
  const names = {
    "llvmpipe (LLVM 19.1.7, 256 bits)": true,
    "Microsoft Basic Render Driver": true,
    "SwiftShader Device (Subzero)": true,
    "NVIDIA H100 80GB HBM3": false,
    "AMD Radeon Graphics (RADV RENOIR)": false,
  };
  for (const [description, onCpu] of Object.entries(names)) {
    for (const isFallbackAdapter of [false, true]) {
      using _adapter = patched(GPUAdapter.prototype, "requestDevice", (plain, [descriptor], self) => {
        Object.defineProperty(self, "info", {
          value: { description, vendor: "", architecture: "", isFallbackAdapter },
        });
        return plain(descriptor);
      });
      const runner = await Runner.open();
      assertEquals(runner.info.software, onCpu || isFallbackAdapter, description);
      runner.close();
    }
  }
});
