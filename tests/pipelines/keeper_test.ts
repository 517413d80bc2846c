/** The parts of a run that are kept: what comes back, and what no longer holds once an earlier part moves on. */
import { assertEquals } from "deno-std/assert";
import { z } from "zod";
import { Keeper } from "../../pipelines/checkpoint/keeper.ts";
import { inFolder } from "../data/files.ts";

const schema = z.strictObject({ epoch: z.int() });

Deno.test("keeper: a part comes back as it was saved; where one moves on, those after it begin anew", () =>
  inFolder((folder) => {
    const open = (): Keeper => {
      const options = {
        folder,
        every: 0,
        identity: { settings: "{}", images: "0" },
        differs: () => undefined,
      };
      const keeper = new Keeper(options);
      keeper.resume();
      return keeper;
    };
    const saved = (keeper: Keeper, name: string) => keeper.part(name, schema).saved?.epoch;
    const first = open();
    first.part("search", schema).save({ epoch: 1 });
    first.part("training", schema).save({ epoch: 2 });
    first.within("best").part("search", schema).save({ epoch: 3 });

    const second = open();
    assertEquals(["search", "training", "best/search"].map((name) => saved(second, name)), [1, 2, 3]);
    second.part("search", schema).save({ epoch: 4 });
    const third = open();
    assertEquals(saved(third, "search"), 4);
    // Nobody has asked for the others yet: what they were followed from the search as it was.
    third.part("search", schema).save({ epoch: 5 });
    const fourth = open();
    assertEquals(["search", "training"].map((name) => saved(fourth, name)), [5, undefined]);
  }));
