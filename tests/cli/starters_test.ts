/**
 * A run whose starter is gone saves and stops, as at Ctrl-C, and goes on afterwards; one that was detached on purpose
 * outlives the shell, the script and the terminal it was started from.
 */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { occupant } from "../../src/io/lock.ts";
import { brokenLink, startsTask } from "../../src/setup/starters.ts";
import { dirname } from "../../src/io/paths.ts";
import { inFolder } from "../data/files.ts";
import { asUser, checkout, isThere, terminals, unchosen } from "./as_user.ts";
import { isFile, loginEnvironment, task } from "./spawn.ts";

const linux = Deno.build.os === "linux";
const npx = linux && await isThere("npx", "--version");
if (linux && !npx) console.log("skipped: what npx starts (it is not here)");

const words = (line: string) => line.split(" ");

Deno.test("starters: the programs of npx and deno task are known by their words, others are not", () => {
  const ours = [
    ["npm exec deno task search --out runs/a"],
    ["npm exec deno@2.9 task search"],
    words("node /usr/bin/npx -y deno task search"),
    words("/usr/bin/node --no-warnings /lib/npm/bin/npx-cli.js --yes deno task -q search"),
    words("node /home/me/.npm/_npx/1/node_modules/.bin/deno task search"),
    words("node /home/me/.npm/_npx/1/node_modules/deno/bin.cjs task search"),
    words("/home/me/.deno/bin/deno task --quiet search"),
    words("deno.exe task search"),
    words("deno run --allow-run=deno --no-prompt file:///home/me/ms-darts/scripts/ms_darts.ts search"),
    words("node /lib/node_modules/deno/bin.cjs run file:///home/me/ms-darts/scripts/ms_darts.ts search"),
    words("pnpm dlx deno task compare"),
    words("bunx deno task search"),
  ];
  for (const line of ours) assert(startsTask(line), line.join(" "));
  const others = [
    ["sh", "-c", "npx -y deno task search"],
    ["bash", "-c", "nohup npx -y deno task search &"],
    words("timeout 10 npx -y deno task search"),
    words("tmux new-session -d npx -y deno task search"),
    words("sudo npx -y deno task search"),
    words("node supervise.js npx -y deno task search"),
    words("deno run -A supervise.ts deno task search"),
    words("python3 -m sweep deno task search"),
    words("npm run sweep"),
    words("deno run pipelines/search.ts --data task"),
    words("deno run -A sweep.ts ms_darts.ts"),
    [],
  ];
  for (const line of others) assert(!startsTask(line), line.join(" "));
});

Deno.test(
  { name: "starters: a process is known by its number, whatever its program is called", ignore: !linux },
  () =>
    inFolder(async (folder) => {
      for (const name of ["plain", "a) S 7 (b", "a)\n7 (b) S 7"]) {
        Deno.copyFileSync("/bin/sh", `${folder}/${name}`);
        // The shell waits for its own input, so that it is no other program by then.
        const child = new Deno.Command(`${folder}/${name}`, {
          args: ["-c", "echo begun; read end"],
          stdin: "piped",
          stdout: "piped",
        }).spawn();
        const reader = child.stdout.getReader();
        await reader.read();
        const link = (parent: number) => ({ pid: child.pid, parent, name });
        const broken = (parent: number) => brokenLink({ links: [link(parent)], ignoresHangUp: false });
        assertEquals(await broken(Deno.pid), undefined, name);
        assertEquals(await broken(7), link(7), name);
        await child.stdin.close();
        await reader.cancel();
        await child.status;
      }
    }),
);

const endless = [
  ["--preset", "tiny", "--channels", "2", "--layers", "1", "--batch", "8", "--train-limit", "128"],
  ["--space", "s2", "--warmup", "0", "--no-train", "--checkpoint-every", "100000", "--epochs", "100000"],
].flat();

const command = npx ? "npx -y deno" : `'${Deno.execPath()}'`;
const searchBy = (start: string, out: string) => `${start} search ${endless.join(" ")} --out '${out}'`;
const search = (out: string) => searchBy(`${command} task`, out);

/** What is installed as ms-darts, for this test run. */
const bin = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(bin, { recursive: true }));
const PATH = `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`;
if (linux) await asUser(`npx -y deno task -q install --root '${bin}'`, { env: { PATH } });
const anywhere = `PATH='${PATH}' '${bin}/bin/ms-darts'`;

/** Words of a shell as a user's process; what the run says goes into a file beside its folder. */
const type = (typed: string) =>
  new Deno.Command("sh", {
    args: ["-c", typed],
    clearEnv: true,
    env: loginEnvironment(unchosen),
    cwd: checkout,
    stdin: "null",
    stdout: "piped",
  }).spawn();

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const log = (run: string): string => Deno.readTextFileSync(`${run}.log`);
const epochs = (run: string): number => {
  try {
    return Deno.readTextFileSync(`${run}/metrics.jsonl`).split("\n").length - 1;
  } catch {
    return 0;
  }
};

/** Waits until something is so; what takes more than two minutes does not come. */
async function until(is: () => boolean, run: string): Promise<void> {
  for (let tries = 0; !is(); tries++) {
    if (tries > 1200) throw new Error(`It did not come: ${log(run)}`);
    await wait(100);
  }
}

const runs = (run: string) => occupant(run) !== undefined;

/** The process that works in a run, and those above it, up to what the shell of a test started. */
function chain(run: string): number[] {
  const pids = [parseInt(Deno.readTextFileSync(`${run}/.lock`))];
  for (;;) {
    const stat = Deno.readTextFileSync(`/proc/${pids[0]}/stat`);
    const parent = Number(/\) \S (\d+) /.exec(stat)![1]);
    if (parent === Deno.pid || parent <= 1) return pids;
    pids.unshift(parent);
  }
}

/**
 * Waits until what chose the driver of a run has looked at what started it, twice at least, however long that takes on a
 * machine with other work: a look wakes it for its timer, for the program that it asks and for that one's end.
 */
async function looks(run: string): Promise<void> {
  const chooser = chain(run).at(-2)!;
  const woken = () =>
    Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(Deno.readTextFileSync(`/proc/${chooser}/status`))![1]);
  const before = woken();
  await until(() => !runs(run) || woken() >= before + 15, run);
}

/** What is ended, by how it stands in the chain from what the user started to the run, and how that was started. */
const ends: Readonly<Record<string, readonly [Deno.Signal, number, string?]>> = {
  "what the user started, by SIGTERM": ["SIGTERM", 0],
  "what the user started, by SIGHUP": ["SIGHUP", 0],
  "what the user started, by SIGKILL": ["SIGKILL", 0],
  "deno task, by SIGTERM": ["SIGTERM", -3],
  "deno task, by SIGKILL": ["SIGKILL", -3],
  "what chooses a driver, by SIGTERM": ["SIGTERM", -2],
  "what chooses a driver, by SIGKILL": ["SIGKILL", -2],
  "ms-darts, by SIGTERM": ["SIGTERM", 0, `env ${anywhere}`],
  "ms-darts, by SIGKILL": ["SIGKILL", 0, `env ${anywhere}`],
};

for (const [what, [signal, place, start = `${command} task`]] of Object.entries(ends)) {
  Deno.test(
    { name: `starters: ${what}, ends the run with a checkpoint`, ignore: !linux },
    () =>
      inFolder(async (folder) => {
        const run = `${folder}/run`;
        // As `npx … & kill $!`: the shell is the process itself.
        const shell = type(`exec ${searchBy(start, run)} 2> '${run}.log' > /dev/null`);
        await until(() => epochs(run) > 0, run);
        Deno.kill(chain(run).at(place)!, signal);
        await until(() => !runs(run), run);
        await shell.output();
        assertEquals(log(run).match(/Stopping after this step/g)?.length, 1, log(run));
        assertStringIncludes(log(run), `The last checkpoint of ${run} is kept`);
        assert(!isFile(`${run}/result.json`) && !isFile(`${run}/.lock`));
        const before = epochs(run);
        const { code, stderr } = await task("search", "--resume", run, "--epochs", `${before + 1}`);
        assertEquals([code, epochs(run)], [0, before + 1], stderr);
      }),
  );
}

/** How a run is detached: words around those that start it. */
const detached: Readonly<Record<string, (line: string) => string>> = {
  "in the background of a script that ends": (line) => `${line} &`,
  "with nohup": (line) => `nohup ${line} &`,
  "with setsid": (line) => `setsid ${line} &`,
  "in a subshell": (line) => `(${line} &)`,
};

for (const [how, around] of Object.entries(detached)) {
  Deno.test(
    { name: `starters: detached ${how}, a run goes on`, ignore: !linux },
    () =>
      inFolder(async (folder) => {
        const run = `${folder}/run`;
        const shell = type(around(`${search(run)} 2> '${run}.log' > /dev/null < /dev/null`));
        assertEquals((await shell.output()).code, 0);
        await until(() => epochs(run) > 0, run);
        await looks(run);
        const before = epochs(run);
        await until(() => epochs(run) > before || !runs(run), run);
        assert(runs(run), log(run));
        assertEquals((await task("stop", run)).code, 0);
      }),
  );
}

/** Types a line into a shell in a terminal, waits for the run's first epoch and goes on with the terminal. */
async function inTerminal(
  line: string,
  run: string,
  then: (terminal: Deno.ChildProcess, keys: (text: string) => Promise<void>) => Promise<unknown>,
): Promise<void> {
  const terminal = new Deno.Command("script", {
    args: ["--quiet", "--command", "bash --norc --noprofile -i", "/dev/null"],
    clearEnv: true,
    env: loginEnvironment(unchosen),
    cwd: checkout,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const writer = terminal.stdin.getWriter();
  const keys = (text: string) => writer.write(new TextEncoder().encode(text));
  await keys(`${line}\n`);
  await until(() => epochs(run) > 0, run);
  await then(terminal, keys);
  await terminal.status;
  await writer.close().catch(() => {});
}

/** How a run is started in a terminal. */
const starts = { "npx -y deno task": `${command} task`, "ms-darts": `env ${anywhere}` };

for (const [name, start] of Object.entries(starts)) {
  Deno.test(
    {
      name: `starters: with nohup a run outlives its terminal too, by ${name}`,
      ignore: !linux || !terminals,
    },
    () =>
      inFolder(async (folder) => {
        const run = `${folder}/run`;
        const line = `nohup ${searchBy(start, run)} 2> '${run}.log' > /dev/null < /dev/null &`;
        // The terminal is gone when what made it is killed: the shell in it hangs up on its jobs.
        await inTerminal(line, run, (terminal) => Promise.resolve(terminal.kill("SIGKILL")));
        await looks(run);
        const before = epochs(run);
        await until(() => epochs(run) > before || !runs(run), run);
        assert(runs(run), log(run));
        const { code, stdout } = await asUser(`${command} task stop '${run}'`);
        assertEquals(code, 0);
        assertStringIncludes(stdout, "has stopped");
      }),
  );
}

Deno.test(
  { name: "starters: a Ctrl-C in the terminal stops what ms-darts runs, once", ignore: !linux || !terminals },
  () =>
    inFolder(async (folder) => {
      const run = `${folder}/run`;
      const line = `${
        searchBy(starts["ms-darts"], run)
      } 2> '${run}.log'; echo "code $?" >> '${run}.log'; exit`;
      await inTerminal(line, run, (_, keys) => keys("\x03"));
      await until(() => log(run).includes("code "), run);
      assertEquals(log(run).match(/Stopping after this step/g)?.length, 1, log(run));
      assertStringIncludes(log(run), `ms-darts search --resume ${run}`);
      assertStringIncludes(log(run), "code 130");
    }),
);
