/**
 * Memory from liveness: tensors whose lives do not overlap share memory. The arena is a list of chunks, each
 * small enough for one binding; chunk 0 holds the small tensors (see `smallOf` in `placement.ts`), so that the
 * many scales of one kernel call always lie in one binding.
 */
import { UserError } from "../errors.ts";

export interface Range {
  readonly chunk: number;
  /** In floats. */
  readonly offset: number;
  readonly floats: number;
}

export interface Arena {
  /** A range in a chunk of a colour, in `near` if it fits there. */
  readonly allocate: (floats: number, colour: number, near?: number) => Range;
  readonly free: (range: Range) => void;
  /** Floats in each chunk. */
  readonly sizes: () => number[];
}

/** What one binding has to hold is larger than the device's largest: a tensor, or all small ones of a step. Exit 3. */
export class TooLargeError extends UserError {
  /**
   * Such a failure; the sentence is made of these.
   *
   * @param what Which of the two it is.
   * @param bytes What it takes.
   * @param limit The largest binding, in bytes.
   */
  constructor(readonly what: "tensor" | "small tensors", readonly bytes: number, readonly limit: number) {
    super(
      3,
      what === "tensor"
        ? `A tensor of ${bytes} bytes is larger than the device's largest binding (${limit} bytes)`
        : `The small tensors of this step do not fit into one binding of ${limit} bytes`,
    );
  }
}

/** Tensors start at multiples of so many bytes: the largest copy and binding alignment. */
export const alignment = 256;
const align = (floats: number): number => Math.ceil(floats / (alignment / 4)) * (alignment / 4);

export function arena(maxChunkFloats: number): Arena {
  interface Chunk {
    readonly colour: number;
    top: number;
    /** Free ranges below the top, sorted by offset, never adjacent. */
    readonly holes: { offset: number; floats: number }[];
  }
  const chunks: Chunk[] = [{ colour: 0, top: 0, holes: [] }];

  function allocate(wanted: number, colour: number, near = -1): Range {
    const floats = align(wanted);
    if (floats > maxChunkFloats) {
      throw new TooLargeError("tensor", 4 * floats, 4 * maxChunkFloats);
    }
    let best: { chunk: number; hole: number; floats: number } | undefined;
    for (let c = 0; c < chunks.length; c++) {
      if (chunks[c]!.colour !== colour) continue;
      chunks[c]!.holes.forEach((hole, i) => {
        const nearer = c === near && best?.chunk !== near;
        const tighter = best === undefined || hole.floats < best.floats;
        if (hole.floats >= floats && (nearer || (tighter && (best?.chunk !== near || c === near)))) {
          best = { chunk: c, hole: i, floats: hole.floats };
        }
      });
    }
    if (best !== undefined) {
      const { holes } = chunks[best.chunk]!;
      const hole = holes[best.hole]!;
      const range = { chunk: best.chunk, offset: hole.offset, floats };
      if (hole.floats === floats) holes.splice(best.hole, 1);
      else holes[best.hole] = { offset: hole.offset + floats, floats: hole.floats - floats };
      return range;
    }
    let c = 0;
    while (c < chunks.length && (chunks[c]!.colour !== colour || chunks[c]!.top + floats > maxChunkFloats)) {
      c++;
    }
    if (c === chunks.length) {
      if (colour === 0) {
        throw new TooLargeError("small tensors", 4 * (chunks[0]!.top + floats), 4 * maxChunkFloats);
      }
      chunks.push({ colour, top: 0, holes: [] });
    }
    const chunk = chunks[c]!;
    // A hole at the end grows instead of being left behind.
    const last = chunk.holes.at(-1);
    const offset = last !== undefined && last.offset + last.floats === chunk.top
      ? chunk.holes.pop()!.offset
      : chunk.top;
    chunk.top = offset + floats;
    return { chunk: c, offset, floats };
  }

  function free({ chunk, offset, floats }: Range): void {
    const { holes } = chunks[chunk]!;
    let i = holes.findIndex((hole) => hole.offset > offset);
    if (i < 0) i = holes.length;
    holes.splice(i, 0, { offset, floats });
    for (const j of [i, i - 1]) {
      const a = holes[j];
      const b = holes[j + 1];
      if (a && b && a.offset + a.floats === b.offset) {
        holes.splice(j, 2, { offset: a.offset, floats: a.floats + b.floats });
      }
    }
  }

  return { allocate, free, sizes: () => chunks.map((chunk) => chunk.top) };
}
