/** `doctor` as a user runs it. */
import { assert, assertEquals } from "deno-std/assert";
import { probeAdapter } from "../../src/setup/adapter.ts";
import { task } from "./spawn.ts";

Deno.test({
  name: "doctor: --json tells the adapter, its self-test and speed",
  ignore: !await probeAdapter(),
}, async () => {
  const { code, stdout } = await task("doctor", "--json", "--tuning", "gpu");
  assertEquals(code, 0);
  const { device, driver, tuning, kernels, speed, memory } = JSON.parse(stdout);
  assertEquals(tuning, "gpu");
  assert(device.adapter.length > 0 && device.limits.maxBufferSize > 0 && driver.length > 0);
  assertEquals(kernels.map(({ passed }: { passed: boolean }) => passed), [true, true, true, true]);
  assert(device.software ? memory > 1e8 : memory === null);
  for (const value of Object.values(speed) as number[]) assert(value > 0 && Number.isFinite(value));
});
