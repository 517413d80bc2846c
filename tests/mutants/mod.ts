/** All mutants, by the room of the code that they are mistakes in. */
import { checkpoints } from "./checkpoints.ts";
import { commandLine } from "./command_line.ts";
import { composition } from "./composition.ts";
import { data } from "./data.ts";
import { discretization } from "./discretization.ts";
import { docs } from "./docs.ts";
import { files } from "./files.ts";
import { gradients } from "./gradients.ts";
import { kernels } from "./kernels.ts";
import { meanShift } from "./mean_shift.ts";
import { memory } from "./memory.ts";
import { methods } from "./methods.ts";
import { model } from "./model.ts";
import type { Mutant } from "./mutant.ts";
import { onnx } from "./onnx.ts";
import { optimisers } from "./optimisers.ts";
import { planner } from "./planner.ts";
import { prediction } from "./prediction.ts";
import { pytorch } from "./pytorch.ts";
import { studies } from "./studies.ts";
import { sums } from "./sums.ts";
import { watching } from "./watching.ts";

const tables: Readonly<Record<string, readonly Mutant[]>> = {
  kernels: [...kernels, ...sums],
  planner,
  gradients,
  methods,
  "mean-shift": meanShift,
  optimisers,
  composition,
  checkpoints,
  discretization,
  data,
  files,
  docs,
  "command-line": commandLine,
  memory,
  model,
  studies,
  prediction,
  exporting: [...pytorch, ...onnx],
  watching,
};

export const rooms: readonly string[] = Object.keys(tables);

/** Those with every word in their room, their file or what they are. */
export const mutantsOf = (words: readonly string[] = [], { ci = false } = {}): Mutant[] =>
  Object.entries(tables).flatMap(([room, list]) =>
    list.filter((mutant) => {
      const said = `${room} ${mutant.file} ${mutant.what}`.toLowerCase();
      return words.every((word) => said.includes(word.toLowerCase())) && (!ci || mutant.ci);
    })
  );
