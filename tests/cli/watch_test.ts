/** `watch` as a user runs it: it serves until Ctrl-C, shows a real run as its own report does, and refuses in a sentence. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { Pages } from "../../pipelines/watching/pages.ts";
import { inFolder } from "../data/files.ts";
import { makeRun } from "../watching/made_up_runs.ts";
import { smallest } from "./smallest.ts";
import { loginEnvironment, root, task } from "./spawn.ts";

/** Starts `watch` by its task, and reads its first line. */
async function watching(...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "watch", ...args],
    clearEnv: true,
    env: loginEnvironment(),
    cwd: root,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("\n")) {
    const { value, done } = await lines.read();
    if (done) throw new Error(new TextDecoder().decode((await child.output()).stderr));
    said += value;
  }
  const end = async (signal: Deno.Signal) => {
    child.kill(signal);
    await lines.cancel();
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
    return { code, stderr };
  };
  return { said: said.trim(), end };
}

Deno.test(
  { name: "watch: serves until Ctrl-C, which is no failure", ignore: Deno.build.os === "windows" },
  () =>
    inFolder(async (folder) => {
      makeRun(`${folder}/runs/a run`, { epochs: 2 });
      const { said, end } = await watching(`${folder}/runs`, "--port", "0");
      assert(/^http:\/\/127\.0\.0\.1:\d+\/$/.test(said), said);
      const list = await (await fetch(said)).text();
      assertStringIncludes(list, '<a href="/runs/a%20run/report.html">');
      // Its name of this machine is known to a task, so that the lock of a process of it tells whether it lives.
      Deno.writeTextFileSync(`${folder}/runs/a run/.lock`, `77 ${Deno.hostname()} 5\n`);
      await new Promise((wait) => setTimeout(wait, 700));
      assertStringIncludes(await (await fetch(said)).text(), "silent");

      const port = new URL(said).port;
      const taken = await task("watch", folder, "--port", port);
      assertEquals(taken, {
        code: 2,
        stdout: "",
        stderr:
          `error: Cannot serve on port ${port} of 127.0.0.1: another program listens there; choose another --port, or ` +
          "0 for any that is free.\n",
      });
      const { code, stderr } = await end("SIGINT");
      assertEquals([code, stderr], [0, `Watching 1 runs in ${folder}/runs; Ctrl-C ends it\n`]);

      const second = await watching(`${folder}/runs`, folder, "--port=0", "--json", "--quiet");
      const told = JSON.parse(second.said);
      assertEquals([told.folders, told.runs], [[`${folder}/runs`, folder], 1]);
      await (await fetch(told.address)).body!.cancel();
      assertEquals(await second.end("SIGTERM"), { code: 0, stderr: "" });
    }),
);

Deno.test("watch: what cannot be watched is refused in a sentence", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    const refused = async (says: string, ...args: string[]) => {
      assertEquals(await task("watch", ...args), { code: 2, stdout: "", stderr: `error: ${says}\n` });
    };
    await refused(
      `There are no runs to watch in ${folder}/none: there is no such folder.`,
      folder,
      `${folder}/none`,
    );
    await refused(`There are no runs to watch in ${folder}/file: it is a file.`, `${folder}/file`);
    await refused(
      "--port is 65536, but must be a whole number of at least 0 and at most 65535.",
      "--port",
      "65536",
    );
    await refused("folders is a list, but must be a list of texts that are not empty.", "");
  }));

/** The headline and the content of a page. */
const contentOf = (html: string): string =>
  [/<header>.*<\/header>/s, /<main>.*<\/main>/s].map((part) => part.exec(html)![0]).join("\n");

Deno.test("watch: a run that has finished looks as in the report that it wrote", () =>
  inFolder(async (folder) => {
    // In stages, each of a space of its own: the most that has to be found out again from the files.
    const few = ["--train-limit", "32", "--test-limit", "8", "--epochs", "3", "--no-train"];
    const searched = await task(
      "search",
      ...smallest,
      ...few,
      "--method",
      "p-darts",
      "--quiet",
      "--out",
      `${folder}/run`,
    );
    assertEquals(searched.code, 0, searched.stderr);
    const page = new Pages([folder]).at(
      new URL(`http://localhost/${folder.split("/").at(-1)}/run/report.html`),
    );
    assertEquals(contentOf(page.html()), contentOf(Deno.readTextFileSync(`${folder}/run/report.html`)));
  }));
