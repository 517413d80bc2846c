/**
 * The memory of a driver that computes on the CPU: the machine's, which other programs use too. WebGPU does not tell a
 * GPU's.
 */
import { DeviceFailedError } from "../errors.ts";
import { type MemoryLimit, sizeInWords } from "../plan/budget.ts";

/** How a device is opened: who hears of a wait for memory, and what ends that wait. */
export interface Opening {
  readonly note?: ((words: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What asks for memory, in words, and how much of it. */
export interface Allocation {
  readonly what: string;
  readonly bytes: number;
}

/** What decides whose memory an adapter uses. */
interface Adapter {
  /** True for a driver that computes on the CPU. */
  readonly software: boolean;
}

/** Part of what is free that a run may need; the rest is for the images, the records and other processes. */
const share = 0.8;
/** A driver gets nothing any more where less than this part of the machine's memory is free (in Deno 3 %). */
const reserve = 0.04;
/** Part of the machine's memory that one run could have at best: the system has the rest. */
const usable = 0.9;
/** Milliseconds for which a run waits for memory, and between two looks. */
const [patience, pause] = [120_000, 500];

/** In bytes. */
interface Memory {
  readonly total: number;
  readonly available: number;
  /** Of this process. */
  readonly own: number;
}

/** Whether it can be asked: not of a GPU, and not without `--allow-sys=systemMemoryInfo`. */
const known = ({ software }: Adapter): boolean =>
  software && Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" }).state === "granted";

function ofMachine(): Memory {
  const { total, available } = Deno.systemMemoryInfo();
  return { total, available, own: Deno.memoryUsage().rss };
}

/** How much memory a run may need where nobody says. */
export const freeMemory = (info: Adapter): MemoryLimit | undefined =>
  known(info) ? { bytes: Math.floor(share * ofMachine().available), given: false } : undefined;

/** Whether so many bytes more do not fit the machine now, but would if other programs had ended. */
function heldByOthers({ total, available, own }: Memory, bytes: number): boolean {
  const wanted = bytes + reserve * total;
  return wanted > available && wanted + own < usable * total;
}

/** Other programs hold the memory: it may be free again soon, so that trying again is worth while. Exit 3. */
export class MemoryHeldError extends DeviceFailedError {
  /** @param bytes What was wanted. */
  constructor(readonly bytes: number, message: string) {
    super(message);
  }
}

/** Why there is no memory for something, where other programs hold it; undefined where it is too large by itself. */
export function memoryHeld(
  info: Adapter,
  { what, bytes }: Allocation,
): MemoryHeldError | undefined {
  if (!known(info)) return undefined;
  const memory = ofMachine();
  if (!heldByOthers(memory, bytes)) return undefined;
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
    if (!heldByOthers(ofMachine(), error.bytes)) return;
  }
  throw error;
}
