/** What the model knows of devices: the one table of its constants. */

/** A device, in the units of its makers: per core (SM, compute unit) and clock cycle where nothing else is said. */
export interface Device {
  readonly name: string;
  readonly cores: number;
  /** GHz. */
  readonly clock: number;
  /** GB/s of DRAM, and of the cache that all cores share. */
  readonly memory: number;
  readonly cache: number;
  /** GFLOP/s in float32. */
  readonly peak: number;
  /** 32-bit registers of a core, and those that a thread can have. */
  readonly registers: number;
  readonly threadRegisters: number;
  /** KiB of a core's own cache, and of its workgroup memory. */
  readonly near: number;
  readonly workgroupMemory: number;
  /** Of 32 threads, and of workgroups, that a core holds at once. */
  readonly warps: number;
  readonly workgroups: number;
  /** Bytes that come together from the shared cache, those a core gets of it, and those of its own cache. */
  readonly sector: 32 | 64;
  readonly cacheBytes: number;
  readonly nearBytes: number;
  /** Microseconds: from a load to its first use, the same from a cache of the core, and between two dispatches. */
  readonly latency: number;
  readonly nearLatency: number;
  readonly gap: number;
}

const nvidia = {
  registers: 65536,
  threadRegisters: 255,
  sector: 32,
  cacheBytes: 64,
  nearBytes: 128,
  latency: 0.35,
  nearLatency: 0.018,
  gap: 2.5,
} as const;

export const devices = {
  h100: {
    ...nvidia,
    name: "NVIDIA H100 SXM",
    cores: 132,
    clock: 1.75,
    memory: 3350,
    cache: 5500,
    peak: 67_000,
    near: 256,
    workgroupMemory: 228,
    warps: 64,
    workgroups: 32,
  },
  h200: {
    ...nvidia,
    name: "NVIDIA H200 SXM",
    cores: 132,
    clock: 1.75,
    memory: 4800,
    cache: 5500,
    peak: 67_000,
    near: 256,
    workgroupMemory: 228,
    warps: 64,
    workgroups: 32,
  },
  a100: {
    ...nvidia,
    name: "NVIDIA A100 SXM 40 GB",
    cores: 108,
    clock: 1.41,
    memory: 1555,
    cache: 4000,
    peak: 19_500,
    near: 192,
    workgroupMemory: 164,
    warps: 64,
    workgroups: 32,
  },
  rtx3060: {
    ...nvidia,
    name: "NVIDIA GeForce RTX 3060",
    cores: 28,
    clock: 1.78,
    memory: 360,
    cache: 1200,
    peak: 12_700,
    near: 128,
    workgroupMemory: 100,
    warps: 48,
    workgroups: 16,
  },
  rtx4090: {
    ...nvidia,
    name: "NVIDIA GeForce RTX 4090",
    cores: 128,
    clock: 2.52,
    memory: 1008,
    cache: 5000,
    peak: 82_600,
    near: 128,
    workgroupMemory: 100,
    warps: 48,
    workgroups: 24,
  },
  m2: {
    name: "Apple M2, 10 cores",
    cores: 10,
    clock: 1.398,
    memory: 100,
    cache: 440,
    peak: 3600,
    registers: 53_248,
    threadRegisters: 124,
    near: 8,
    workgroupMemory: 60,
    warps: 96,
    workgroups: 32,
    sector: 64,
    cacheBytes: 32,
    nearBytes: 64,
    latency: 0.4,
    nearLatency: 0.02,
    gap: 4,
  },
} as const satisfies Readonly<Record<string, Device>>;

export type DeviceName = keyof typeof devices;
export const deviceNames = Object.keys(devices) as DeviceName[];

/** The share of a memory's rate that kernels reach. */
export const efficiency = 0.88;

/** What `doctor` measures of a device. */
export interface Measurements {
  readonly peakGflops: number;
  readonly gigabytesPerSecond: number;
  /** Microseconds from one small dispatch to the next, which waits for it. */
  readonly dispatchMicroseconds: number;
  /** From one load to the next, which waits for it. */
  readonly loadNanoseconds: number;
}

/** A device with the constants that were measured on it; a small dispatch is a gap and three waits for memory. */
export const corrected = (device: Device, measured: Measurements): Device => {
  const latency = measured.loadNanoseconds / 1e3;
  return {
    ...device,
    name: `${device.name} as measured`,
    peak: measured.peakGflops,
    memory: measured.gigabytesPerSecond / efficiency,
    latency,
    gap: Math.max(0, measured.dispatchMicroseconds - 3 * latency),
  };
};
