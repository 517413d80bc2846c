/**
 * The only room that names GPU types: adapter and device, their limits, and every way they fail put in words.
 */
import { deviceError } from "../errors.ts";

export interface DeviceInfo {
  readonly adapter: string;
  readonly vendor: string;
  readonly architecture: string;
  /** True for a driver that computes on the CPU (llvmpipe, SwiftShader). */
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

export interface Gpu {
  readonly device: GPUDevice;
  readonly info: DeviceInfo;
  /** Throws if the device was lost or reported an error since it was last asked. */
  readonly check: () => void;
  readonly close: () => void;
}

const howToGetOne =
  "install a Vulkan driver (Debian and Ubuntu: apt-get install mesa-vulkan-drivers libvulkan1; " +
  "Fedora: dnf install mesa-vulkan-drivers; Arch: pacman -S vulkan-swrast) or update the graphics driver";

/** The limits that are raised to what the adapter offers; everything else stays at WebGPU's defaults. */
const wantedLimits = ["maxBufferSize", "maxStorageBufferBindingSize"] as const;

/** Which adapter to ask for. "software": one that computes on the CPU. */
export type AdapterChoice = "high-performance" | "low-power" | "software";

/** Opens an adapter and a device with its storage limits. Throws a device error (exit 3) in words. */
export async function openGpu(choice: AdapterChoice): Promise<Gpu> {
  const options: GPURequestAdapterOptions = choice === "software"
    ? { forceFallbackAdapter: true }
    : { powerPreference: choice };
  // Deno throws where it cannot load a driver at all and returns null where it finds no adapter.
  const adapter = await Promise.resolve(navigator.gpu?.requestAdapter(options)).catch(() => null);
  if (!adapter) {
    const kind = choice === "software" ? "software WebGPU adapter" : "WebGPU adapter";
    throw deviceError(`No ${kind}: ${howToGetOne}`);
  }
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits }).catch((cause) => {
    throw deviceError(`The adapter ${adapter.info.description} gave no device: ${cause.message}`, { cause });
  });
  const failures: string[] = [];
  let closed = false;
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    const { error } = event as GPUUncapturedErrorEvent;
    failures.push(error instanceof GPUOutOfMemoryError ? outOfMemory("a tensor") : error.message);
  });
  device.lost.then((lost) => {
    if (!closed) failures.push(`the device was lost (${lost.reason}): ${lost.message}`);
  });
  const limits: Record<string, number> = {};
  const shown = [
    ...wantedLimits,
    "maxStorageBuffersPerShaderStage",
    "maxComputeInvocationsPerWorkgroup",
    "maxComputeWorkgroupStorageSize",
    "maxComputeWorkgroupsPerDimension",
  ] as const;
  for (const name of shown) {
    limits[name] = device.limits[name];
  }
  const { description, vendor, architecture } = adapter.info;
  return {
    device,
    info: {
      adapter: description || "unnamed adapter",
      vendor,
      architecture,
      software: /llvmpipe|lavapipe|swiftshader|software/i.test(`${description} ${architecture}`),
      features: [...adapter.features].sort(),
      limits,
    },
    check: () => {
      if (failures.length > 0) throw deviceError(`The GPU reported: ${failures.splice(0).join("; ")}`);
    },
    close: () => {
      closed = true;
      device.destroy();
    },
  };
}

const outOfMemory = (what: string): string =>
  `Out of GPU memory: ${what}. Choose a smaller batch, fewer channels or fewer layers`;

/**
 * Runs `make` so that an allocation that does not fit or an invalid call is an exception here, not a silent
 * invalid object: `what` names it. The scopes are closed before anything is awaited, so calls may overlap.
 */
export async function guarded<T>(gpu: Gpu, what: string, make: () => T): Promise<T> {
  gpu.device.pushErrorScope("validation");
  gpu.device.pushErrorScope("out-of-memory");
  let result: T;
  let scopes: readonly [Promise<GPUError | null>, Promise<GPUError | null>];
  try {
    result = make();
  } finally {
    scopes = [gpu.device.popErrorScope(), gpu.device.popErrorScope()];
  }
  const [memory, validation] = await Promise.all(scopes);
  // Out of memory first: the validation error that follows it only says that a buffer is invalid.
  if (memory) throw deviceError(outOfMemory(what));
  if (validation) throw deviceError(`${what} failed: ${validation.message}`);
  return result;
}
