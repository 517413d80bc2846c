/** The limits of control groups, from files made up as Linux writes them. */
import { assertEquals } from "deno-std/assert";
import { withinGroups } from "../../src/gpu/cgroup.ts";

const machine = { total: 512e9, available: 500e9 };
const reading = (files: Record<string, string>) => (path: string): string | undefined => files[path];

Deno.test("control groups: the limit of a container, less what it has, but for files that are only kept", () => {
  const files = {
    "/proc/self/cgroup": "0::/\n",
    "/sys/fs/cgroup/memory.max": "16000000000\n",
    "/sys/fs/cgroup/memory.current": "5000000000\n",
    "/sys/fs/cgroup/memory.stat": "anon 1000\ninactive_file 3000000000\nactive_file 7\n",
  };
  assertEquals(withinGroups(machine, reading(files)), { total: 16e9, available: 14e9 });
  const full = { ...files, "/sys/fs/cgroup/memory.current": "99000000000\n" };
  assertEquals(withinGroups(machine, reading(full)), { total: 16e9, available: 0 });
});

Deno.test("control groups: of groups in groups the least counts, and one without a limit does not", () => {
  const step = "/sys/fs/cgroup/system.slice/job_7/step_0";
  const job = "/sys/fs/cgroup/system.slice/job_7";
  const files = {
    "/proc/self/cgroup": "0::/system.slice/job_7/step_0\n",
    [`${step}/memory.max`]: "max\n",
    [`${step}/memory.current`]: "1\n",
    [`${job}/memory.max`]: "8000000000\n",
    [`${job}/memory.current`]: "1000000000\n",
  };
  assertEquals(withinGroups(machine, reading(files)), { total: 8e9, available: 7e9 });
  // A limit above the machine's memory is none.
  const wide = { ...files, [`${job}/memory.max`]: "9000000000000\n" };
  assertEquals(withinGroups(machine, reading(wide)), machine);
});

Deno.test("control groups: none, of version 1 and unreadable ones change nothing", () => {
  for (const files of [{}, { "/proc/self/cgroup": "5:memory:/a\n" }, { "/proc/self/cgroup": "0::/\n" }]) {
    assertEquals(withinGroups(machine, reading(files as Record<string, string>)), machine);
  }
});
