/** The launcher's own words: of a command that cannot say anything itself, and of a driver that does not start. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { driverFolder } from "../../src/setup/newer_driver.ts";
import { inFolder } from "../data/files.ts";
import { asUser } from "./as_user.ts";
import { deno } from "./spawn.ts";

const linux = Deno.build.os === "linux";

Deno.test(
  { name: "launch: a command that is killed is told of, with its exit code", ignore: !linux },
  async () => {
    const kill = async (signal: string) => {
      const words = ["run", "-q", "--no-remote", "-P=launch", "src/setup/launch.ts", "eval"];
      const { code, stderr } = await deno([
        ...words,
        `Deno.kill(Deno.pid, "${signal}"); setTimeout(() => {}, 9999)`,
      ]);
      return [code, stderr];
    };
    assertEquals(await kill("SIGKILL"), [
      137,
      "error: The command was killed (SIGKILL), as the system does where memory runs out. What a run has saved is kept.\n",
    ]);
    assertEquals(await kill("SIGABRT"), [
      134,
      "error: The command was ended by SIGABRT. What a run has saved is kept.\n",
    ]);
  },
);

for (
  const [what, program, mode, why] of [
    ["may not be executed", "ELF", 0o644, "it may not be executed there"],
    ["lacks its loader", "#!/bin/sh\nexit 127\n", 0o755, "its loader ends with exit code 127"],
  ] as const
) {
  Deno.test(
    { name: `launch: a kept driver that ${what} is named, with what to do`, ignore: !linux },
    () =>
      inFolder(async (cache) => {
        const folder = driverFolder(`${cache}/ms-darts`);
        Deno.mkdirSync(`${folder}/bin`, { recursive: true });
        Deno.writeTextFileSync(`${folder}/bin/deno`, program);
        Deno.chmodSync(`${folder}/bin/deno`, mode);
        const receipt = { folder, version: "99", files: { "bin/deno": program.length } };
        Deno.writeTextFileSync(`${folder}/driver.json`, JSON.stringify(receipt));
        const { code, stdout, stderr } = await asUser("npx -y deno task -q doctor", {
          env: { XDG_CACHE_HOME: cache, MS_DARTS_DRIVER: undefined, VK_DRIVER_FILES: undefined },
        });
        assertEquals([code, stdout], [3, ""], stderr);
        assertStringIncludes(
          stderr,
          `error: The driver in ${folder} cannot be started (${why}). Remove it with: `,
        );
        assertStringIncludes(stderr, "cache --empty drivers\n");
      }),
  );
}
