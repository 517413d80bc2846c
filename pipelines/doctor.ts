/** `doctor`: what the adapter is, whether its kernels compute right, and how fast it is. */
import { runCommand } from "../src/cli/main.ts";
import { doctorCommand } from "../src/config/spec.ts";
import { type LongSubmit, longSubmit } from "../src/doctor/long_submit.ts";
import { type KernelTest, selfTest } from "../src/doctor/self_test.ts";
import { measureSpeed, type Speed } from "../src/doctor/speed.ts";
import { variable } from "../src/environment.ts";
import { deviceError } from "../src/errors.ts";
import { type DeviceInfo, Runner } from "../src/gpu/mod.ts";
import { records } from "../src/graph/tuning_records.ts";
import { sizeInWords } from "../src/plan/budget.ts";
import { driverVersion } from "../src/setup/driver.ts";

interface Findings {
  readonly deno: string;
  readonly system: string;
  /** As asked for; empty where Deno chooses. */
  readonly backend: string;
  readonly driver: string;
  readonly device: DeviceInfo;
  /** The name of the record that work is cut up by. */
  readonly tuning: string;
  readonly kernels: readonly KernelTest[];
  readonly speed: Speed;
  /** What the device says to a buffer that is bound twice, to be written, which is forbidden; null where nothing. */
  readonly aliasing: string | null;
  /** Null where it was not asked for. */
  readonly longSubmit: LongSubmit | null;
  /** Bytes of device memory that a run may need; null where only the driver knows. */
  readonly memory: number | null;
}

function inWords(
  { deno, system, backend, driver, device, tuning, kernels, speed, aliasing, longSubmit, memory }: Findings,
): string[] {
  const row = (name: string, value: string | number) => `${name.padEnd(38)}${value}`;
  return [
    row("Deno", `${deno} on ${system}`),
    row("Adapter", `${device.adapter}${device.software ? " (software: computes on the CPU)" : ""}`),
    row("Driver", driver),
    row("Backend", backend || "chosen by Deno"),
    row("Features", device.features.join(", ")),
    ...Object.entries(device.limits).map(([name, value]) => row(name, value)),
    row("Tuned for", tuning),
    row("Memory for a run", memory === null ? "not told by WebGPU" : sizeInWords(memory)),
    ...kernels.map(({ kernel, error, passed }) =>
      row(`Self-test, ${kernel}`, `${passed ? "ok" : "WRONG"} (error ${error.toExponential(1)})`)
    ),
    row("One buffer bound twice, to write", aliasing === null ? "passes unseen" : `refused: ${aliasing}`),
    ...(longSubmit ? [row("Without a break", lengthInWords(longSubmit))] : []),
    row("Arithmetic", `${speed.gflops.toFixed(1)} GFLOP/s, in registers ${speed.peakGflops.toFixed(1)}`),
    row("Memory speed", `${speed.gigabytesPerSecond.toFixed(1)} GB/s`),
    row("A dispatch after another", `${speed.dispatchMicroseconds.toFixed(1)} µs`),
    row("A load after another", `${speed.loadNanoseconds.toFixed(0)} ns`),
    row("Readback", `${speed.readbackMilliseconds.toFixed(1)} ms`),
  ];
}

const lengthInWords = ({ seconds, failure }: LongSubmit): string =>
  `${seconds.toFixed(1)} s ${failure === undefined ? "pass" : `fail. ${failure}`}`;

await runCommand(doctorCommand, async (config, { print, progress }) => {
  const tuning = config.tuning && records[config.tuning];
  const open = () => Runner.open(config.adapter, { tuning, note: progress.note });
  const runner = await open();
  progress.note("Testing and measuring the adapter takes a few seconds.");
  const kernels = await selfTest(runner);
  const speed = await measureSpeed(runner);
  const aliasing = await runner.refusedAliasing() ?? null;
  const { info, memoryLimit } = runner;
  runner.close();
  const findings: Findings = {
    deno: Deno.version.deno,
    system: `${Deno.build.os} ${Deno.build.arch}`,
    backend: variable("DENO_WEBGPU_BACKEND") ?? "",
    driver: driverVersion(info.vendor),
    device: info,
    tuning: runner.tuning.name,
    kernels,
    speed,
    aliasing,
    longSubmit: config.long ? await longSubmit(open, speed.peakGflops) : null,
    memory: memoryLimit?.bytes ?? null,
  };
  if (config.json) print(JSON.stringify(findings, null, 2));
  else inWords(findings).forEach(print);
  if (info.software && config.adapter !== "software") {
    progress.note(
      "NO GPU WAS FOUND: this adapter computes on the CPU. Where the machine has one, docs/drivers.md says what may " +
        "be missing.",
    );
  }
  const wrong = findings.kernels.filter(({ passed }) => !passed).map(({ kernel }) => kernel);
  if (wrong.length > 0) {
    throw deviceError(
      `This adapter computes wrong results in ${wrong.join(", ")}; update its driver or use another.`,
    );
  }
});
