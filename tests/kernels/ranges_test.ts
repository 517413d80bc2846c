/** How sums are split into ranges: each has something to add, whatever the sizes and the tuning. */
import { assert } from "deno-std/assert";
import { channelRanges, ranges } from "../../src/graph/ops/partial_sums.ts";
import { records } from "../../src/graph/tuning_records.ts";
import { otherTuning } from "../plan/other_tuning.ts";

const tunings = [...Object.values(records), otherTuning];

/** Whether the last of so many ranges of equal length has a piece. */
const isWhole = (pieces: number, parts: number): boolean => (parts - 1) * Math.ceil(pieces / parts) < pieces;

Deno.test("ranges: none is empty", () => {
  for (const workgroups of new Set(tunings.map((tuning) => tuning.workgroups).concat(256))) {
    for (const groups of [1, 2, 6, 40]) {
      for (const least of [1, 7, 32, 128]) {
        for (let pieces = 1; pieces < 12_000; pieces += 37) {
          const parts = ranges(groups, pieces, least, { workgroups });
          assert(isWhole(pieces, parts), `${pieces} pieces in ${parts} ranges`);
        }
      }
    }
  }
});

Deno.test("ranges over channels: none is empty", () => {
  for (const tuning of tunings) {
    for (let images = 1; images < 200; images += 3) {
      for (const side of [5, 14, 28]) {
        const parts = channelRanges([8, images, side, side], { groups: 2, sums: 4 }, tuning);
        assert(isWhole(images * side * Math.ceil(side / 4), parts), `${images} of ${side}×${side}: ${parts}`);
      }
    }
  }
});
