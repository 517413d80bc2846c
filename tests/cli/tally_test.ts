import { assertEquals } from "deno-std/assert";
import { readFailures, readTally, tallyLine } from "../../scripts/tally.ts";

const read = (line: string) => readTally(`a ... ok (1ms)\n\n${line}\n\n`);

Deno.test("tally: counts of a run that passed, failed, skipped", () => {
  assertEquals(read("ok | 12 passed (3 steps) | 0 failed (2s)"), { passed: 12, failed: 0, skipped: 0 });
  assertEquals(read("FAILED | 1 passed | 2 failed (1 step) | 3 ignored | 4 filtered out (8ms)"), {
    passed: 1,
    failed: 2,
    skipped: 3,
  });
});

Deno.test("tally: what passed because there was no memory for it was skipped", () => {
  const said = "-- output --\nskipped for want of memory: a (0.3 GB are free)\n-- end --\na ... ok (1ms)\n";
  assertEquals(readTally(`${said}ok | 2 passed | 0 failed (2s)`), { passed: 1, failed: 0, skipped: 1 });
});

Deno.test("tally: colours change nothing", () => {
  const line = "\x1b[0m\x1b[32mok\x1b[0m | 2 passed | 0 failed \x1b[38;5;245m(2s)\x1b[0m";
  assertEquals(read(line), { passed: 2, failed: 0, skipped: 0 });
});

Deno.test("tally: no last line, no counts", () => {
  assertEquals(readTally("error: Module not found\n"), { passed: 0, failed: 0, skipped: 0 });
});

Deno.test("tally: the closing line", () => {
  assertEquals(tallyLine({ passed: 12, failed: 0, skipped: 0 }), "12 passed, 0 failed");
  assertEquals(tallyLine({ passed: 12, failed: 1, skipped: 2 }), "12 passed, 1 failed, 2 skipped");
});

Deno.test("tally: what failed is told by the names of the tests and the beginnings of their errors", () => {
  const said =
    "a ... FAILED (1ms)\n\n\x1b[1m ERRORS \x1b[0m\n\na => ./a_test.ts:1:6\nerror: Error: 1 is not 2\n" +
    `${"    at x\n".repeat(1000)}\n FAILURES \n\na => ./a_test.ts:1:6\n\nFAILED | 0 passed | 1 failed (2s)\n`;
  const told = readFailures(said);
  assertEquals(told.split("\n").slice(0, 4), [
    "a => ./a_test.ts:1:6",
    "",
    "a => ./a_test.ts:1:6",
    "error: Error: 1 is not 2",
  ]);
  assertEquals(told.length < 4100 && told.endsWith(" …"), true);
  assertEquals(readFailures("a ... ok (1ms)\n\nok | 1 passed | 0 failed (2s)\n"), "");
  assertEquals(readFailures("error: Module not found\n"), "");
});
