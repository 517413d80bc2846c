/**
 * A command for the tests of the command line: prints its settings, fails as told by ECHO_FAIL, or waits for
 * Ctrl-C with ECHO_WAIT. Run as a process, with the flags of `search`.
 */
import { runCommand } from "../../src/cli/main.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { dataError } from "../../src/errors.ts";

await runCommand(
  { ...searchCommand, needsAdapter: () => false },
  async (config, { signal, progress, print }) => {
    if (Deno.env.get("ECHO_FAIL") === "data") throw dataError("The image file x.idx is truncated.");
    const bug = () => {
      throw new TypeError("x is not a function");
    };
    switch (Deno.env.get("ECHO_FAIL")) {
      case "bug":
        return bug();
      case "bug in a timer":
        setTimeout(bug);
        return await new Promise(() => {});
      case "bug in a promise":
        void Promise.resolve().then(bug);
        return await new Promise(() => {});
      case "permission":
        Deno.permissions.revokeSync({ name: "env" });
        return void Deno.env.get("SECRET");
    }
    if (Deno.env.get("ECHO_WAIT")) {
      print("waiting");
      const keepAlive = setInterval(() => {}, 1000);
      await new Promise((stopped) => signal.addEventListener("abort", stopped, { once: true }));
      if (Deno.env.get("ECHO_WAIT") === "stubborn") await new Promise(() => {});
      if (Deno.env.get("ECHO_WAIT") === "slow") await new Promise((done) => setTimeout(done, 600));
      clearInterval(keepAlive);
      print("stopped cleanly");
      return;
    }
    progress.note("one note");
    progress.step({ stage: "search", epoch: 0, epochs: 1, step: 1, steps: 2 });
    print(JSON.stringify(config));
  },
);
