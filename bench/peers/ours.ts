/** This project as a contestant. */
import { type DeviceTensor, type Program, Runner } from "../../src/gpu/mod.ts";
import { elements } from "../../src/graph/node.ts";
import { planBytes } from "../../src/plan/plan.ts";
import { preferVulkan } from "../../src/setup/adapter.ts";
import { driverVersion } from "../../src/setup/driver.ts";
import { feeds } from "../steps.ts";
import { coldStart } from "./cold.ts";
import { type Prepared, serve } from "./serve.ts";
import { classes, workOf } from "./work.ts";

await serve(async (task): Promise<Prepared> => {
  preferVulkan();
  const runner = await Runner.open();
  const told = {
    version: Deno.version.deno,
    device: {
      adapter: runner.info.adapter,
      driver: driverVersion(runner.info.vendor),
      software: runner.info.software,
    },
  };
  if (task.kind === "cold") {
    await coldStart(runner, task.preset);
    return { ...told, run: () => Promise.resolve() };
  }
  const { graphs, layout, numbers } = workOf(task);
  const plans = graphs.map((graph) => runner.compile(graph));
  const given: Record<string, DeviceTensor> = {};
  for (const plan of plans) {
    const values = { ...layout && feeds(plan, layout, classes), ...numbers };
    for (const [name, { shape }] of Object.entries(plan.inputs)) {
      given[name] ??= runner.tensors.upload(values[name]!, shape);
    }
  }
  const programs: Program[] = [];
  for (const plan of plans) programs.push(await runner.load(plan));
  return {
    ...told,
    ...layout && { parameters: layout.parameters.reduce((sum, { shape }) => sum + elements(shape), 0) },
    bytes: planBytes(...plans),
    async run(count) {
      for (let i = 0; i < count; i++) {
        for (const program of programs) runner.tensors.release(...Object.values(program.run(given)));
      }
      await runner.settle();
    },
  };
});
