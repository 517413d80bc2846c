/**
 * The assertions of the Deno standard library: `deno-std` in the import map. The library itself and cliffy, in which
 * this project would read its command lines, are on JSR alone; a machine that reaches only npm has `deno-std`, the
 * same code without types (typed here once), and `commander` in their places. To move to JSR: two lines of the import
 * map, and `src/cli/flags.ts`, the one user of commander.
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
