/** Mistakes in how the steps of an iteration, and the iterations of a search, are put together. */
import type { Mutant } from "./mutant.ts";

export const composition: readonly Mutant[] = [];
