import { assertEquals } from "deno-std/assert";
import { loginEnvironment } from "./cli/spawn.ts";

Deno.test("the example of the public module runs and prints what it says", async () => {
  const mod = new URL("../mod.ts", import.meta.url);
  const [, block] = Deno.readTextFileSync(mod).match(/```ts\n([\s\S]*?)```/)!;
  const code = block!.replaceAll(/^ \* ?/gm, "").replace('"./mod.ts"', JSON.stringify(mod.href));
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(file, code);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      "--no-check",
      "--allow-env",
      "--config",
      new URL("../deno.json", import.meta.url).pathname,
      file,
    ],
    clearEnv: true,
    env: loginEnvironment(),
    stderr: "inherit",
  }).output();
  Deno.removeSync(file);
  assertEquals(new TextDecoder().decode(stdout).trim(), "[ Float32Array(3) [ 3, 12, 27 ] ]");
});
