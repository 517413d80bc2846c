/** Which order of the architecture step a method takes, and what a user may ask for. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { methods } from "../../src/methods/mod.ts";

const orderOf = (flags: Record<string, string>) => resolve(searchCommand, { flags }).order;

Deno.test("order: the robust variants of DARTS are of second order, the others of first", () => {
  const orders = methods.map(({ name }) => [name, orderOf({ method: name })]);
  assertEquals(orders.filter(([, order]) => order === 2).map(([name]) => name), [
    "darts-es",
    "darts-ada",
    "r-darts-dp",
    "r-darts-l2",
  ]);
});

Deno.test("order: the user has the last word", () => {
  assertEquals([orderOf({ method: "darts", order: "2" }), orderOf({ method: "darts-es", order: "1" })], [
    2,
    1,
  ]);
});

Deno.test("order: --unrolled fd without the second order is refused", () => {
  const error = assertThrows(() => orderOf({ method: "darts", unrolled: "fd" }), UserError);
  assertEquals(error.exitCode, 2);
  assert(error.message.includes("‹order› 2"), error.message);
  assertEquals(orderOf({ method: "darts", unrolled: "fd", order: "2" }), 2);
});
