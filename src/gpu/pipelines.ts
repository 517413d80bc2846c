import { deviceError } from "../errors.ts";
import { type Kernel, kernelKey } from "../graph/node.ts";
import { codeOf } from "../plan/joined.ts";
import type { Gpu } from "./device.ts";

/** What a bind group binds. */
export interface Bindings {
  /** Slots of data: of the inputs, then of the output. The slot k is binding k + 1, after that of the table. */
  readonly data: number;
  /** The slots of inputs that have no binding, since they are read through the output's. */
  readonly joined: readonly number[];
  /** Whether dispatches share it, each of which then gives the offset of its part of the table. */
  readonly shared: boolean;
}

/** A kernel and what it is bound to: what a pipeline is made from. */
export interface Job extends Bindings {
  readonly kernel: Kernel;
}

const bindingsKey = ({ data, joined, shared }: Bindings): string =>
  `${data}${shared ? " shared" : ""}${joined.length > 0 ? ` without ${joined}` : ""}`;
const keyOf = (job: Job): string => `${bindingsKey(job)}|${kernelKey(job.kernel)}`;

/** The bindings that there are: the table's, which is 0, and those of the slots that are not joined. */
export const boundNumbers = ({ data, joined }: Pick<Bindings, "data" | "joined">): number[] =>
  [...Array(1 + data).keys()].filter((binding) => !joined.includes(binding - 1));

/** Pipelines by everything that specialises them; compiled once per device. */
export class Pipelines {
  readonly #made = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  constructor(private readonly gpu: Gpu) {}

  /** The layout of bindings: the table and the inputs, which are only read, then the output. */
  layout(bindings: Bindings): GPUBindGroupLayout {
    const key = bindingsKey(bindings);
    const known = this.#layouts.get(key);
    if (known) return known;
    const { data, shared } = bindings;
    const layout = this.gpu.device.createBindGroupLayout({
      entries: boundNumbers(bindings).map((binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: {
          type: binding === data ? "storage" : "read-only-storage",
          hasDynamicOffset: shared && binding === 0,
        },
      })),
    });
    this.#layouts.set(key, layout);
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
    const buffer = () => device.createBuffer({ label: "warm-up", size: 256, usage: GPUBufferUsage.STORAGE });
    const [read, written] = [buffer(), buffer()];
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    jobs.forEach((job, i) => {
      const { data, shared } = job;
      const entries = boundNumbers(job).map((binding) => ({
        binding,
        resource: { buffer: binding === data ? written : read },
      }));
      pass.setPipeline(pipelines[i]!);
      const group = device.createBindGroup({ layout: this.layout(job), entries });
      pass.setBindGroup(0, group, shared ? [0] : []);
      pass.dispatchWorkgroups(0, 1, 1);
    });
    pass.end();
    device.queue.submit([encoder.finish({ label: "warm-up" })]);
    await device.queue.onSubmittedWorkDone();
    read.destroy();
    written.destroy();
    this.gpu.check();
  }

  async #compile(job: Job): Promise<GPUComputePipeline> {
    const { device } = this.gpu;
    const { kernel, joined } = job;
    const code = codeOf(kernel, joined);
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
    const layout = device.createPipelineLayout({ bindGroupLayouts: [this.layout(job)] });
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
