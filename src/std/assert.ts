/**
 * The assertions of the Deno standard library, from its npm republication (JavaScript without types), typed
 * here once. Moving to the original package is one line of the import map.
 */
// @ts-types="./assert_types.d.ts"
export {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
