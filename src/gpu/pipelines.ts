import { deviceError } from "../errors.ts";
import type { Kernel } from "../graph/node.ts";
import { expand } from "../plan/expand.ts";
import { kernelKey } from "../plan/schedule.ts";
import type { Gpu } from "./device.ts";

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

  get(kernel: Kernel, data: number): Promise<GPUComputePipeline> {
    const key = `${data}|${kernelKey(kernel)}`;
    const known = this.#made.get(key);
    if (known) return known;
    const made = this.#compile(kernel, data);
    this.#made.set(key, made);
    return made;
  }

  async #compile(kernel: Kernel, data: number): Promise<GPUComputePipeline> {
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
      throw deviceError(`Shader ${kernel.label} is invalid: ${where.join("\n  ") || problem?.message}`);
    }
    const layout = device.createPipelineLayout({ bindGroupLayouts: [this.layout(data)] });
    return await device.createComputePipelineAsync({
      label: kernel.label,
      layout,
      compute: { module, entryPoint: "main", constants: { ...kernel.constants } },
    }).catch((cause) => {
      throw deviceError(`Compiling shader ${kernel.label} failed: ${cause.message}`, { cause });
    });
  }
}
