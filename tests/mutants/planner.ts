/** Mistakes in the planner: what is fused, when a call runs, where a tensor lies. */
import { type Mutant, mutants } from "./mutant.ts";

const test = (name: string): string => `tests/plan/${name}_test.ts`;

export const planner: readonly Mutant[] = [
  ...mutants("src/plan/passes/mask_into_writer.ts", test("fuse"), [
    {
      what: "what is read elsewhere is masked",
      from: " || uses.get(old.inputs[0]!) !== 1",
      to: "",
      ci: true,
    },
    {
      what: "an input gradient that has a mask gets another",
      from: "(dx.attrs as LoadAttrs).load === undefined",
      to: "true",
    },
  ]),
  ...mutants("src/graph/ops/grid.ts", test("gpu"), [
    {
      what: "threads have many outputs though that leaves a device idle",
      from: "const few = tiles > 1 ?",
      to: "const few = tiles < 1 ?",
    },
  ]),
  ...mutants("src/graph/ops/combine.ts", test("fuse"), [
    {
      what: "a rectified sum counts as a plain one",
      from: "&& !x.attrs.relu",
      to: "",
    },
  ]),
  ...mutants("src/plan/passes/affine_into_loader.ts", test("fuse"), [
    {
      what: "a map that is stored for others is loaded through all the same",
      from: "stored.has(old.inputs[at]!) || ",
      to: "",
    },
    { what: "the ReLU after a BatchNorm is dropped", from: "relu: map.attrs.relu }", to: "relu: false }" },
    { what: "sums of several maps count as one", from: "scaled.length === 1 && !mask", to: "!mask" },
  ]),
  ...mutants("src/plan/passes/convolutions_into_sum.ts", test("fuse"), [
    {
      what: "a product that is read elsewhere is computed again",
      from: "uses.get(before[k]!.x) === 1 ?",
      to: "uses.get(before[k]!.x)! >= 1 ?",
    },
    { what: "transposed products are taken for plain ones", from: "if (transpose) return [];", to: "" },
    {
      what: "a small filter lies in the corner of a large one",
      from: "view.origin[0] - wider.origin[0],",
      to: "0,",
      ci: true,
    },
    {
      what: "filters of a map and of its positive part are laid over each other",
      from: "view.relu === wider.relu &&",
      to: "",
    },
    {
      what: "maps that lie elsewhere are copied to lie side by side",
      from: "if (!packed.has(old) && made.op.call",
      to: "if (made.op.call",
    },
    {
      what: "what lies side by side already is copied once more",
      from: "before ? [before.whole, ...maps.slice(before.maps.length)] : maps",
      to: "maps",
    },
  ]),
  ...mutants("src/plan/passes/averages_into_sum.ts", test("fuse"), [
    {
      what: "an average that is read elsewhere is taken into a sum as well",
      from: "if (!scaled.has(x)) stored.add(x);",
      to: "",
    },
    {
      what: "averages over other windows count as 3×3",
      from: "kernel === 3 && stride === 1 && pad === 1",
      to: "stride === 1",
    },
    { what: "a map is added once for each of its averages", from: "taken.add(same);", to: "" },
  ]),
  ...mutants("shaders/pooled_sum.wgsl", test("fuse"), [
    {
      what: "windows at the border count pixels outside",
      from: "max(min(i + 2, vec4i(size)) - max(i - 1, vec4i(0)), vec4i(1))",
      to: "vec4i(3)",
    },
    { what: "rows outside the image count", from: "at$b], live$r && is$b)", to: "at$b], is$b)" },
    { what: "blocks beside the image count", from: "left].w, live$r && hasLeft", to: "left].w, live$r" },
    { what: "the padding of rows is written", from: "real$b & (bitcast", to: "(bitcast" },
    { what: "what earlier bindings left is lost", from: "if (resume) {", to: "if (false) {" },
  ]),
  ...mutants("shaders/joined_filters.wgsl", "tests/kernels/joined_filters_test.ts", [
    { what: "what an earlier call left is lost", from: "if (!resume)", to: "if (true)" },
    { what: "filters are joined without their scales", from: "by * w[tap + j]", to: "w[tap + j]" },
  ]),
  ...mutants("src/graph/ops/loader.ts", test("fuse"), [
    { what: "a loader forgets its ReLU", from: "relu: relu || load.relu", to: "relu" },
  ]),
  ...mutants("src/graph/rewrite.ts", [test("compile"), "tests/kernels/dense_test.ts", test("fuse")], [
    {
      what: "operations of other attributes count as equal",
      from: "JSON.stringify(node.attrs, attribute),",
      to: "",
    },
  ]),
  ...mutants("src/plan/memory.ts", test("memory"), [
    {
      what: "memory is given back before its last reader",
      from: "deaths[dies]?.push(owner);",
      to: "deaths[Math.max(born, dies - 1)]?.push(owner);",
    },
  ]),
  ...mutants("src/plan/lives.ts", test("memory"), [
    {
      what: "what is returned dies with its last reader",
      from: "roots.forEach((node) => touch(node, groups.length));",
      to: "",
    },
    { what: "a leaf lives from its first reader on", from: "isLeaf(owner) ? 0 : born", to: "born" },
  ]),
  ...mutants("src/plan/colour.ts", test("colour"), [
    {
      what: "what one dispatch reads through one binding may have several colours",
      from: "[written, ...slots].forEach(join);",
      to: "join(written);",
    },
    {
      what: "what a dispatch writes may have the colour of what it reads",
      from: "out.others.set(read, 1 + (out.others.get(read) ?? 0));",
      to: "",
    },
  ]),
  ...mutants("src/plan/joined.ts", test("colour"), [
    {
      what: "an input is bound beside the output that it lies with",
      from: "chunks[slot] === chunks[out]",
      to: "false",
    },
    {
      what: "a part of a vector is read at the vector's index",
      from: "(${index}) / 4",
      to: "(${index})",
      ci: true,
    },
    {
      what: "a read within an index is left",
      from: "replaceReads(code.slice(start, end - 1), name, read)",
      to: "code.slice(start, end - 1)",
    },
  ]),
  ...mutants("src/plan/allocate.ts", test("allocate"), [
    {
      what: "a hole is used though it is too small",
      from: "if (hole.floats >= floats &&",
      to: "if (hole.floats >= floats - 64 &&",
      ci: true,
    },
    { what: "holes side by side do not become one", from: "a.offset + a.floats === b.offset", to: "false" },
  ]),
  ...mutants("src/plan/placement.ts", [test("compile"), "tests/kernels/combine_test.ts", test("stress")], [
    {
      what: "a map that is packed twice lies in the last pack alone",
      from: "!taken.has(x) && !parents.has(x) &&",
      to: "",
    },
    {
      what: "a view begins in the middle of a vec4",
      from: "range.offset) % 4 === 0",
      to: "range.offset) % 1 === 0",
    },
    {
      what: "gaps of a pack are not zeroed",
      from: "if (from > end) own.push",
      to: "if (from > end + 4096) own.push",
    },
  ]),
  ...mutants("src/plan/placement.ts", test("chunked_sum"), [
    { what: "what is read together lies in several chunks", from: " || together.has(owner)", to: "" },
  ]),
  ...mutants("src/lists.ts", test("stress"), [
    { what: "terms are added by their binding", from: ".sort(([a], [b]) => a - b)", to: "" },
  ]),
  ...mutants("src/plan/delay.ts", test("delay"), [
    {
      what: "a call waits until its reader's own phase",
      from: "phases[i]! - Number(movable);",
      to: "phases[i]!;",
    },
    {
      what: "waiting costs nothing",
      from: "return saved - lost.reduce((a, b) => a + b, 0);",
      to: "return saved;",
    },
    { what: "small tensors wait for their readers", from: "&& ofMaps(calls[i]!)", to: "" },
  ]),
  ...mutants("src/plan/schedule.ts", [test("memory"), test("compile")], [
    {
      what: "light calls that depend on each other are separate programs",
      from: "if (a !== b) leaders.set(a, b);",
      to: "",
    },
    {
      what: "a call runs in the phase of what it reads",
      from: "phase: ready.phase + 1, level: 0",
      to: "phase: ready.phase, level: 0",
    },
  ]),
  ...mutants("src/graph/node.ts", "tests/kernels/dense_test.ts", [
    {
      what: "kernels of other constants share a dispatch",
      from: "JSON.stringify(defines)}${JSON.stringify(constants)}",
      to: "JSON.stringify(defines)}",
    },
  ]),
  ...mutants("src/plan/emit.ts", test("compile"), [
    {
      what: "a dispatch is as large as its smallest call",
      from: "Math.max(...group.map(({ call }) => call.grid[axis]))",
      to: "Math.min(...group.map(({ call }) => call.grid[axis]))",
    },
  ]),
  ...mutants("src/plan/recompute.ts", test("memory"), [
    {
      what: "late readers read the original",
      from: "time <= candidate.gap[0]",
      to: "time <= candidate.gap[1]",
    },
  ]),
  ...mutants("src/graph/ops/combine_call.ts", test("chunked_sum"), [
    { what: "the bias is added once a binding", from: "bias: isLast ? bias : undefined", to: "bias" },
    {
      what: "the ReLU is taken of parts of the sum",
      from: "relu: isLast && n.attrs.relu",
      to: "relu: n.attrs.relu",
    },
  ]),
  ...mutants("src/graph/ops/elementwise.ts", test("chunked_sum"), [
    {
      what: "the second part of a sum replaces the first",
      from: "count, i > 0, tuning)",
      to: "count, false, tuning)",
    },
  ]),
  ...mutants("src/plan/submits.ts", test("submits"), [
    {
      what: "a submit has one dispatch more than may be",
      from: "i - from === submit.dispatches",
      to: "i - from > submit.dispatches",
    },
    { what: "arithmetic takes no time", from: "flop / submit.flopPerSecond", to: "0 * flop" },
    { what: "a submit takes as long as its last dispatch", from: "seconds += own", to: "seconds = own" },
  ]),
  ...mutants("src/gpu/receipts.ts", test("submits"), [
    { what: "a device that never began is believed", from: "#due = 1", to: "#due = 0" },
  ]),
  ...mutants("shaders/receipt.wgsl", test("submits"), [
    {
      what: "every submit has the same receipt",
      from: "done += 1u",
      to: "done = 2u",
    },
  ]),
  ...mutants("src/gpu/profile.ts", test("profile"), [
    { what: "short kernels are timed by a guess", from: "while (taken < least)", to: "while (false)" },
    {
      what: "waiting counts",
      from: "taken = await time(same, times) - empty;\n    } while",
      to: "taken = await time(same, times);\n    } while",
    },
  ]),
  ...mutants("src/gpu/program.ts", test("submits"), [
    {
      what: "the last submit alone has a receipt",
      from: "receipts.add(pass);",
      to: "if (to === this.plan.dispatches.length) receipts.add(pass);",
    },
  ]),
  ...mutants("src/plan/light_program.ts", test("light_program"), [
    {
      what: "a thread does not wait for another that wrote elsewhere in the order",
      from: "inOrder[k] && (from - w.from) % threads === 0",
      to: "inOrder[k]",
    },
    { what: "an instruction never waits", from: "if (waits) written = [];", to: "written = [];" },
  ]),
  ...mutants("src/graph/tuning_records.ts", test("tuning"), [
    {
      what: "a GPU gets the record of the software driver",
      from: "if (!onCpu) return gpu;",
      to: "",
      filter: "an adapter gets",
    },
  ]),
  ...mutants("pipelines/run/run.ts", "tests/cli/changed_run_test.ts", [
    {
      what: "a run goes on under another tuning without a word",
      from: "if (began !== goesOn) {",
      to: "if (began === undefined) {",
      filter: "a stopped run, and the training",
    },
  ]),
];
