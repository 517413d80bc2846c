/** Tables of trained cells: which table and data set, and spaces without one. */
import { assertEquals, assertRejects, assertStringIncludes } from "deno-std/assert";
import { entryWords, openTable } from "../../src/benchmarks/mod.ts";
import { UserError } from "../../src/errors.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

const space = spaceByName("nasbench201");
const skips = {
  arch: "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|skip_connect~2|",
};
/** The best cell of the table on CIFAR-10. */
const best = {
  arch: "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_1x1~2|",
};

Deno.test("table lookup: a cell of NAS-Bench-201, its rank and regret", async () => {
  const { lookup } = (await openTable(space, { data: "fashion-mnist-small" }))!;
  const { accuracies, ...rest } = lookup(skips);
  assertEquals(accuracies["cifar10"], 54.2967);
  assertEquals(Object.keys(accuracies), ["cifar10", "cifar100", "imagenet16-120"]);
  assertEquals(rest, {
    table: "nasbench201",
    dataset: "cifar10",
    of: 15625,
    rank: rest.rank,
    regret: 40.0766,
  });
  const { rank, regret } = lookup(best);
  assertEquals([rank, regret], [1, 0]);
  assertStringIncludes(
    entryWords(lookup(best)),
    "94.37 % on cifar10 by nasbench201, rank 1 of 15625, 0.00",
  );
});

Deno.test("table lookup: CIFAR-100 ranks where it is searched on, another data set where one is named", async () => {
  const ranking = async (data: string, benchmarkDataset?: "cifar10" | "imagenet16-120") => {
    const { dataset, accuracies, regret } = (await openTable(space, { data, benchmarkDataset }))!.lookup(
      best,
    );
    return [dataset, Math.round(1e4 * (accuracies[dataset]! + regret)) / 1e4];
  };
  assertEquals((await ranking("cifar100"))[0], "cifar100");
  assertEquals((await ranking("cifar100", "cifar10"))[0], "cifar10");
  assertEquals((await ranking("cifar10", "imagenet16-120"))[0], "imagenet16-120");
  assertEquals(await ranking("cifar10"), ["cifar10", 94.3733]);
});

Deno.test("table lookup: a space without a table has none, and refuses settings of one", async () => {
  const s3 = spaceByName("s3");
  assertEquals(await openTable(s3, { data: "cifar10" }), undefined);
  for (
    const [given, named] of [[{ benchmark: "a" }, "‹benchmark›"], [
      { benchmarkDataset: "cifar10" },
      "‹benchmarkDataset›",
    ]]
  ) {
    const error = await assertRejects(
      () => openTable(s3, { data: "cifar10", ...given as object }),
      UserError,
    );
    assertEquals(error.exitCode, 2);
    assertStringIncludes(error.message, `leave`);
    assertStringIncludes(error.message, named as string);
  }
});

Deno.test("table lookup: a table that is none is a data error", async () => {
  const error = await assertRejects(
    () => openTable(space, { data: "cifar10", benchmark: new URL(import.meta.url).pathname }),
    UserError,
  );
  assertEquals(error.exitCode, 4);
});
