/**
 * Runs a pipeline (the first argument) with its command line (from the fourth on) and, at its end, tries what it should
 * no longer be able to do: to write to the path of the second argument, which is outside its folder, the third, and
 * more. Prints one line of JSON, after the word `tried`: what happened to each try.
 */
const [pipeline, elsewhere, out, ...args] = Deno.args;
Object.defineProperty(Deno, "args", { value: args });

/** "done", or the name of the error. */
async function outcome(act: () => unknown): Promise<string> {
  try {
    await act();
    return "done";
  } catch (error) {
    return (error as Error).name;
  }
}

const exit = Deno.exit;
Deno.exit = ((code: number) => {
  void (async () => {
    const module = "https://" + "example.com/module.ts";
    const tried = {
      code,
      "write elsewhere": await outcome(() => Deno.writeTextFileSync(elsewhere!, "")),
      "remove elsewhere": await outcome(() => Deno.removeSync(`${elsewhere}.old`)),
      "rename out of the run": await outcome(() => Deno.renameSync(`${out}/config.json`, elsewhere!)),
      "write beside the run": await outcome(() => Deno.writeTextFileSync(`${out}-2`, "")),
      "link into the run": await outcome(() => Deno.symlinkSync(`${elsewhere}.old`, `${out}/link`)),
      "write in the run": await outcome(() => Deno.writeTextFileSync(`${out}/more.txt`, "")),
      "write in the cache": await outcome(() => {
        Deno.writeTextFileSync(`${Deno.env.get("XDG_CACHE_HOME")}/ms-darts/x`, "");
      }),
      "fetch where data are loaded": await outcome(() =>
        fetch("https://www.cs.toronto.edu/~kriz/cifar.html")
      ),
      "fetch elsewhere": await outcome(() => fetch("https://example.com/")),
      "import a module": await outcome(() => import(module)),
      "look up a name": await outcome(() => Deno.resolveDns("example.com", "A")),
      "run apt-get": await outcome(() => new Deno.Command("apt-get", { args: ["--version"] }).output()),
      "run deno": await outcome(() => new Deno.Command(Deno.execPath(), { args: ["--version"] }).output()),
      "read the environment": await outcome(() => Deno.env.toObject()),
      "load a library": await outcome(() => Deno.dlopen("libc.so.6", {})),
    };
    console.log(`tried ${JSON.stringify(tried)}`);
    exit(code);
  })();
}) as typeof Deno.exit;

await import(new URL(`../../pipelines/${pipeline}.ts`, import.meta.url).href);
