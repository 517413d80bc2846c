/**
 * The only room that names GPU types: adapter and device, their limits, and every way they fail put in words.
 */
import { deviceError, DeviceFailedError, type UserError } from "../errors.ts";
import { setting } from "../setting.ts";
import { Receipts } from "./receipts.ts";
import { howToGetAdapter } from "./host.ts";
import { type Allocation, memoryHeld, type Opening, untilGivenBack } from "./memory.ts";

/** What an adapter says of itself. */
export interface DeviceInfo {
  /** Its description, for people. */
  readonly adapter: string;
  /** In the driver's words, such as `nvidia`; empty where the driver tells none. */
  readonly vendor: string;
  /** Such as `ampere`; empty where the driver tells none. */
  readonly architecture: string;
  /** True for a driver that computes on the CPU (llvmpipe, SwiftShader, WARP). */
  readonly software: boolean;
  /** WebGPU features that it offers, such as `timestamp-query`, in alphabetical order. */
  readonly features: readonly string[];
  /** The device's limits that plans and kernels depend on by WebGPU's name, such as `maxBufferSize` in bytes. */
  readonly limits: Readonly<Record<string, number>>;
}

export interface Gpu {
  readonly device: GPUDevice;
  readonly info: DeviceInfo;
  /** Of what it was given to run. */
  readonly receipts: Receipts;
  /**
   * Throws if the device was lost or ever reported an error: from then on nothing it computes can be trusted. That is a
   * {@link DeviceFailedError}, except for an allocation that did not fit.
   */
  readonly check: () => void;
  /** Keeps an error of a call that nobody waits for, to be thrown by the next check. */
  readonly report: (error: UserError) => void;
  /** What to throw for a failed call: why the device failed if it did, else the error given. */
  readonly reasonFor: (error: UserError) => Promise<UserError>;
  readonly close: () => void;
}

/** The limits that are raised to what the adapter offers; everything else stays at WebGPU's defaults. */
const wantedLimits = ["maxBufferSize", "maxStorageBufferBindingSize"] as const;

/** Which adapter to ask for. "software": one that computes on the CPU. */
export type AdapterChoice = "high-performance" | "low-power" | "software";

/**
 * Opens an adapter and a device with its storage limits. Throws a device error (exit 3) in words; where other programs
 * hold the memory that it needs, only after a while.
 */
export async function openGpu(choice: AdapterChoice, opening: Opening = {}): Promise<Gpu> {
  for (;;) {
    const adapter = await findAdapter(choice);
    const info = { software: computesOnCpu(adapter) };
    const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
    try {
      return gpuOf(adapter, await adapter.requestDevice({ requiredLimits }));
    } catch (cause) {
      const what = `Opening a device of the adapter ${nameOf(adapter.info)}`;
      const held = memoryHeld(info, { what, bytes: 0 });
      const { message } = cause as Error;
      if (!held || !/memory/i.test(message)) throw deviceError(`${what} failed: ${message}`, { cause });
      await untilGivenBack(held, opening);
    }
  }
}

async function findAdapter(choice: AdapterChoice): Promise<GPUAdapter> {
  const options: GPURequestAdapterOptions = choice === "software"
    ? { forceFallbackAdapter: true }
    : { powerPreference: choice };
  // Deno throws where it cannot load a driver at all and returns null where it finds no adapter.
  const adapter = await Promise.resolve(navigator.gpu?.requestAdapter(options)).catch(() => null);
  if (adapter) return adapter;
  const kind = choice === "software" ? "software WebGPU adapter" : "WebGPU adapter";
  throw deviceError(`No ${kind}: ${howToGetAdapter}`);
}

/** Not every version of WebGPU says of an adapter that it is a fallback; the last name is that of Windows. */
const computesOnCpu = ({ info }: GPUAdapter): boolean =>
  (info as { isFallbackAdapter?: boolean }).isFallbackAdapter === true ||
  /llvmpipe|lavapipe|swiftshader|software|basic render/i.test(`${info.description} ${info.architecture}`);

/** Browsers tell no description, so that pages cannot tell users apart by it. */
const nameOf = ({ description, vendor, architecture }: GPUAdapterInfo): string =>
  description || `${vendor} ${architecture}`.trim() || "unnamed adapter";

let opened: string | undefined;

/** The description of the adapter that this process opened last, for who reports a failure; undefined before. */
export const adapterInUse = (): string | undefined => opened;

function gpuOf(adapter: GPUAdapter, device: GPUDevice): Gpu {
  opened = nameOf(adapter.info);
  const software = computesOnCpu(adapter);
  const { check, report, reasonFor, ignore } = watch(device, software);
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
  const { vendor, architecture } = adapter.info;
  return {
    device,
    info: {
      adapter: nameOf(adapter.info),
      vendor,
      architecture,
      software,
      features: [...adapter.features].sort(),
      limits,
    },
    receipts: new Receipts(device),
    check,
    report,
    reasonFor,
    close: () => {
      ignore();
      device.destroy();
    },
  };
}

/** Milliseconds after a failed call in which the device may say that it was lost. */
const lossComesWithin = 100;

/** Keeps why a device failed; `ignore`: losing it is no failure from now on. */
function watch(
  device: GPUDevice,
  software: boolean,
): Pick<Gpu, "check" | "report" | "reasonFor"> & { readonly ignore: () => void } {
  let failure: UserError | undefined;
  let ignored = false;
  // The first is the reason for those that follow.
  const report = (error: UserError) => void (failure ??= error);
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault();
    const { error } = event as GPUUncapturedErrorEvent;
    report(
      error instanceof GPUOutOfMemoryError
        ? outOfMemory({ software }, { what: "Allocating a buffer", bytes: 0 })
        : new DeviceFailedError(`The device failed (${oneLine(error.message)})`),
    );
  });
  const lost = device.lost.then(({ reason, message }) => {
    if (!ignored) report(new DeviceFailedError(`The device was lost (${reason}: ${oneLine(message)})`));
  });
  return {
    report,
    check: () => {
      if (failure) throw failure;
    },
    reasonFor: async (error) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const patience = new Promise((done) => timer = setTimeout(done, lossComesWithin));
      await Promise.race([lost, patience]);
      clearTimeout(timer);
      return failure ?? error;
    },
    ignore: () => ignored = true,
  };
}

const oneLine = (message: string): string => message.trim().replace(/\s+/g, " ");

/** An allocation that was refused: other programs have the memory, or this one needs too much. */
const outOfMemory = (info: Pick<DeviceInfo, "software">, allocation: Allocation): UserError =>
  memoryHeld(info, allocation) ??
    deviceError(
      `Out of GPU memory: ${allocation.what}. Set ${
        setting("memoryLimit")
      } to less than the device has, which costs ` +
        "time and changes no result, or choose a smaller batch, fewer channels or fewer layers",
    );

/**
 * Runs `make` so that an allocation that does not fit, an invalid call or a device that failed is an exception here, not
 * a silent invalid object.
 */
export async function guarded<T>(gpu: Gpu, allocation: Allocation, make: () => T): Promise<T> {
  const result = await scoped(gpu, allocation, make);
  // A lost device takes every call and makes nothing. That and other errors of earlier calls come as events.
  await new Promise((done) => setTimeout(done, 0));
  gpu.check();
  return result;
}

/** The same for errors of `make` itself. The scopes are closed before anything is awaited, so calls may overlap. */
export async function scoped<T>(gpu: Gpu, allocation: Allocation, make: () => T): Promise<T> {
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
  if (memory) throw outOfMemory(gpu.info, allocation);
  if (validation) throw await gpu.reasonFor(deviceError(`${allocation.what} failed: ${validation.message}`));
  return result;
}
