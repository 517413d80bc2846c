import { deviceError } from "../errors.ts";
import type { Kernel } from "../graph/node.ts";
import { expand } from "../plan/expand.ts";
import { kernelKey } from "../plan/schedule.ts";
import type { Gpu } from "./device.ts";

/** A kernel and how many data bindings it has: what a pipeline is made from. */
export interface Job {
  readonly kernel: Kernel;
  readonly data: number;
}

const keyOf = ({ kernel, data }: Job): string => `${data}|${kernelKey(kernel)}`;

/** Pipelines by everything that specialises them; compiled once per device. */
export class Pipelines {
  readonly #made = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<number, GPUBindGroupLayout>();
  constructor(private readonly gpu: Gpu) {}

  /** The layout of a kernel with `data` data bindings: the table, then read-write storage. */
  layout(data: number): GPUBindGroupLayout {
    const known = this.#layouts.get(data);
    if (known) return known;
    const layout = this.gpu.device.createBindGroupLayout({
      entries: Array.from({ length: data + 1 }, (_, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: binding === 0 ? "read-only-storage" : "storage" } as const,
      })),
    });
    this.#layouts.set(data, layout);
    return layout;
  }

  get(job: Job): Promise<GPUComputePipeline> {
    const key = keyOf(job);
    const known = this.#made.get(key);
    if (known) return known;
    const made = this.#compile(job);
    this.#made.set(key, made);
    return made;
  }

  /** The jobs among these, each once, whose pipelines were not asked for yet. */
  fresh(jobs: readonly Job[]): Job[] {
    return [...new Map(jobs.map((job) => [keyOf(job), job]))].flatMap(([key, job]) =>
      this.#made.has(key) ? [] : [job]
    );
  }

  /**
   * Makes the pipelines and waits for an empty dispatch of each: a software driver compiles a kernel only when it is
   * dispatched.
   */
  async warm(jobs: readonly Job[]): Promise<void> {
    const { device } = this.gpu;
    const pipelines: GPUComputePipeline[] = [];
    for (const job of jobs) pipelines.push(await this.get(job));
    const slots = Math.max(0, ...jobs.map(({ data }) => data)) + 1;
    const [table, storage] = [1, slots].map((slots) =>
      device.createBuffer({ label: "warm-up", size: slots * 256, usage: GPUBufferUsage.STORAGE })
    ) as [GPUBuffer, GPUBuffer];
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    jobs.forEach(({ data }, i) => {
      const ranges = Array.from(
        { length: data },
        (_, k) => ({ buffer: storage, offset: k * 256, size: 256 }),
      );
      const entries = [{ buffer: table }, ...ranges].map((resource, binding) => ({ binding, resource }));
      pass.setPipeline(pipelines[i]!);
      pass.setBindGroup(0, device.createBindGroup({ layout: this.layout(data), entries }));
      pass.dispatchWorkgroups(0, 1, 1);
    });
    pass.end();
    device.queue.submit([encoder.finish({ label: "warm-up" })]);
    await device.queue.onSubmittedWorkDone();
    table.destroy();
    storage.destroy();
    this.gpu.check();
  }

  async #compile({ kernel, data }: Job): Promise<GPUComputePipeline> {
    const { device } = this.gpu;
    const code = expand(kernel.source, kernel.defines ?? {});
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ label: kernel.label, code });
    const problem = await device.popErrorScope();
    const errors = (await module.getCompilationInfo()).messages.filter((m) => m.type === "error");
    if (problem || errors.length > 0) {
      const lines = code.split("\n");
      const where = errors.map((m) =>
        `line ${m.lineNum}:${m.linePos}: ${m.message}\n    ${lines[m.lineNum - 1] ?? ""}`
      );
      const words = where.join("\n  ") || problem?.message;
      throw await this.gpu.reasonFor(deviceError(`Shader ${kernel.label} is invalid: ${words}`));
    }
    const layout = device.createPipelineLayout({ bindGroupLayouts: [this.layout(data)] });
    return await device.createComputePipelineAsync({
      label: kernel.label,
      layout,
      compute: { module, entryPoint: "main", constants: { ...kernel.constants } },
    }).catch(async (cause) => {
      const error = deviceError(`Compiling shader ${kernel.label} failed: ${cause.message}`, { cause });
      throw await this.gpu.reasonFor(error);
    });
  }
}
