/** `inspect` as a user runs it. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { task } from "./spawn.ts";

const counts = async (...args: string[]) => JSON.parse((await task("inspect", ...args, "--json")).stdout);

Deno.test("inspect: a published genotype's parameters and multiply-adds", async () => {
  const { parameters, macs } = await counts(
    ...["--genotype", "PC_DARTS_cifar", "--channels", "36", "--layers", "20", "--classes", "10"],
  );
  assertEquals([parameters, macs], [3634678, 556670602]);
});

Deno.test("inspect: a supernet's parameters and alphas", async () => {
  const { parameters, alphas } = await counts("--space", "s5", "--channels", "8", "--layers", "5");
  assertEquals([parameters, alphas], [394210, 224]);
});

Deno.test("inspect: the supernet that a method makes of a space", async () => {
  const original = await counts("--space", "s2", "--method", "pc-darts");
  assertEquals([original.parameters, original.alphas], [149946, 84]);
  const ported = await counts("--space", "s2", "--method", "pc-darts", "--port", "smoothdarts");
  assertEquals([ported.parameters, ported.alphas], [149946, 56]);
  const { code, stderr } = await task("inspect", "--genotype", "SNAS", "--method", "pc-darts");
  assertEquals(code, 2);
  assertStringIncludes(stderr, "give --space with it");
});

Deno.test("inspect: for people, without --json", async () => {
  const { code, stdout } = await task("inspect", "--space", "s5");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "1,930,618");
});

Deno.test("inspect: an unknown genotype is exit 2, with the nearest", async () => {
  const { code, stdout, stderr } = await task("inspect", "--genotype", "DARTS_V3");
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "DARTS_V1");
});

Deno.test("inspect: task arguments reach the command, --help too", async () => {
  const { code, stdout } = await task("inspect", "--help");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "Usage: npx -y deno task inspect [options]");
});
