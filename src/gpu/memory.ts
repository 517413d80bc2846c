/**
 * The memory of a driver that computes on the CPU: the machine's, which other programs use too. WebGPU does not tell a
 * GPU's.
 */
import { DeviceFailedError } from "../errors.ts";
import { type MemoryLimit, sizeInWords } from "../plan/budget.ts";
import { type MachineMemory, machineMemory } from "./host.ts";

/** How a device is opened: who hears of a wait for memory, and what ends that wait. */
export interface Opening {
  /** Gets a sentence when the wait begins. */
  readonly note?: ((words: string) => void) | undefined;
  /** Once it is aborted the wait ends, and its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What memory is allocated for, in words, and how much. */
export interface Allocation {
  readonly what: string;
  readonly bytes: number;
}

/** What tells whether an adapter uses the machine's memory or its own. */
interface Adapter {
  /** True for a driver that computes on the CPU. */
  readonly software: boolean;
}

/** The share of the free memory that a run may use; the rest is for images, checkpoints and other processes. */
const share = 0.8;
/** A driver can allocate nothing once less than this share of the machine's memory is free (in Deno 3 %). */
const reserve = 0.04;
/** The share of the machine's memory that one run can have at most; the system has the rest. */
const usable = 0.9;
/** How long a run waits for memory, and how often it looks, in milliseconds. */
const [patience, pause] = [120_000, 500];

/** The memory that an adapter uses, where it can be told: that of a GPU cannot. */
const memoryOf = ({ software }: Adapter): MachineMemory | undefined => software ? machineMemory() : undefined;

/** How much memory a run may need where nobody says. */
export function freeMemory(info: Adapter): MemoryLimit | undefined {
  const memory = memoryOf(info);
  return memory && { bytes: Math.floor(share * memory.available), given: false };
}

/** Whether so many bytes more do not fit the machine now, but would if other programs had ended. */
function heldByOthers({ total, available, own }: MachineMemory, bytes: number): boolean {
  const wanted = bytes + reserve * total;
  return wanted > available && wanted + own < usable * total;
}

/** Other programs hold the memory: it may be free again soon, so that trying again is worth while. Exit 3. */
export class MemoryHeldError extends DeviceFailedError {
  /**
   * Such a failure in words.
   *
   * @param bytes What was wanted.
   * @param message The sentence for the user.
   */
  constructor(readonly bytes: number, message: string) {
    super(message);
  }
}

/** Why there is no memory for something, where other programs hold it; undefined where it is too large by itself. */
export function memoryHeld(
  info: Adapter,
  { what, bytes }: Allocation,
): MemoryHeldError | undefined {
  const memory = memoryOf(info);
  if (!memory || !heldByOthers(memory, bytes)) return undefined;
  const { total, available, own } = memory;
  const others = Math.max(0, total - available - own);
  const wanted = bytes > 0 ? ` for the ${sizeInWords(bytes)} it needs` : "";
  return new MemoryHeldError(
    bytes,
    `${what} finds no memory${wanted}: the driver computes on the CPU, and of this machine's ${
      sizeInWords(total)
    } only ${sizeInWords(available)} are free. Other programs hold ${sizeInWords(others)}, this one ${
      sizeInWords(own)
    }; close some of them or try again later`,
  );
}

/** Waits until other programs have given back what was wanted. Throws the error where they do not for two minutes. */
export async function untilGivenBack(error: MemoryHeldError, { note, signal }: Opening): Promise<void> {
  note?.(`${error.message}. Waiting for it up to ${patience / 60_000} minutes`);
  for (const begun = performance.now(); performance.now() - begun < patience;) {
    await new Promise((done) => setTimeout(done, pause));
    signal?.throwIfAborted();
    const memory = machineMemory();
    if (!memory || !heldByOthers(memory, error.bytes)) return;
  }
  throw error;
}
