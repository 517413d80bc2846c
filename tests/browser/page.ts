/** What the test's page offers to it: the judge of kernels, and the steps of small networks. */
import { openGpu } from "../../src/gpu/device.ts";
import { type Job, Pipelines } from "../../src/gpu/pipelines.ts";
import { allResults } from "./networks.ts";

/** Every shader that was compiled since the page was opened. */
const shaders: { readonly label: string; readonly module: GPUShaderModule }[] = [];
const make = GPUDevice.prototype.createShaderModule;
GPUDevice.prototype.createShaderModule = function (descriptor) {
  const module = make.call(this, descriptor);
  shaders.push({ label: descriptor.label ?? "", module });
  return module;
};

/** What the compiler has said of any shader: errors, warnings and remarks. */
async function messages(): Promise<string[]> {
  const said = await Promise.all(
    shaders.map(async ({ label, module }) =>
      (await module.getCompilationInfo()).messages.map(({ type, lineNum, message }) =>
        `${label}, line ${lineNum}, ${type}: ${message}`
      )
    ),
  );
  return said.flat();
}

/**
 * Asks for the pipelines of kernels, and tells what is wrong with each. Only what is found before code is generated:
 * that takes a minute for all of them.
 */
async function judge(): Promise<{ readonly pipelines: number; readonly wrong: string[] }> {
  const jobs: Job[] = await (await fetch("kernels.json")).json();
  const gpu = await openGpu("high-performance");
  const wrong: string[] = [];
  const create = (descriptor: GPUComputePipelineDescriptor): Promise<unknown> => {
    gpu.device.createComputePipelineAsync(descriptor).catch(({ message }) => {
      wrong.push(`${descriptor.label}: ${message}`);
    });
    return Promise.resolve();
  };
  const device = new Proxy(gpu.device, {
    get: (target, name) => {
      const found = name === "createComputePipelineAsync" ? create : Reflect.get(target, name);
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
  const pipelines = new Pipelines({ ...gpu, device });
  await Promise.all(jobs.map((job) => pipelines.get(job).catch(({ message }) => wrong.push(message))));
  // What is wrong with a pipeline comes before what was asked later.
  device.pushErrorScope("validation");
  await device.popErrorScope();
  return { pipelines: jobs.length, wrong: [...wrong, ...await messages()] };
}

// Numbers come out many times as fast as a text.
Object.assign(globalThis, { judge, allResults: async () => JSON.stringify(await allResults()) });
