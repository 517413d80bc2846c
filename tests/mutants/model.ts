/** Mistakes in the model of devices: what of a shader is counted, and what binds. */
import { type Mutant, mutants } from "./mutant.ts";

const test = (name: string): string => `tests/model/${name}_test.ts`;

export const model: readonly Mutant[] = [
  ...mutants("src/model/live.ts", test("shader"), [
    {
      what: "what the next round of a loop reads is forgotten",
      from: "return round(round(live).union(live));",
      to: "return round(live);",
    },
    {
      what: "integers count as floats",
      from: 'kind !== "f" || ',
      to: "",
    },
    {
      what: "what a step writes lives before it",
      from: "if (step.writes !== undefined && step.whole) live.delete(step.writes);",
      to: "",
    },
  ]),
  ...mutants("src/model/trace.ts", test("shader"), [
    { what: "a line of memory is never near", from: "this.#lines.add(key);", to: "" },
    {
      what: "the second branch is never taken",
      from: "? part.then : part.otherwise",
      to: "? part.then : part.then",
    },
  ]),
  ...mutants("src/model/expressions.ts", test("shader"), [
    { what: "loads wait for nothing", from: "const level = index.level + 1;", to: "const level = 1;" },
  ]),
  ...mutants("src/model/facts.ts", test("facts"), [
    {
      what: "calls differ by where their operands lie",
      from: "for (const place of places) record[place] = 0;",
      to: "",
    },
    {
      what: "all threads of a warp count as the first",
      from: "{ ...position, local }, 2",
      to: "position, 2",
    },
  ]),
  ...mutants("src/model/estimate.ts", test("estimate"), [
    { what: "registers never run out", from: "registers - device.threadRegisters", to: "0" },
    { what: "gaps between dispatches cost nothing", from: "time: device.gap + ramp", to: "time: ramp" },
  ]),
];
