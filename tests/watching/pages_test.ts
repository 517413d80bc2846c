/** What the live pages show of runs, from files in any condition. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { Files } from "../../pipelines/watching/files.ts";
import { Pages } from "../../pipelines/watching/pages.ts";
import { watchedRun } from "../../pipelines/watching/run.ts";
import { lockFolder } from "../../src/io/lock.ts";
import type { WatchedState } from "../../src/report/watched_runs.ts";
import { inFolder } from "../data/files.ts";
import { sampleTest } from "../report/test_sample.ts";
import { addEpoch, beat, finish, type MadeUp, makeComparison, makeRun, searchRow } from "./made_up_runs.ts";

const page = (folders: string | readonly string[], address = "/") => {
  const pages = new Pages(typeof folders === "string" ? [folders] : folders);
  return pages.at(new URL(address, "http://localhost/"));
};

const line = (folder: string, files = new Files()) => watchedRun(files, { folder, name: "run" });

Deno.test("watch: a run's state, epoch, time left, machine and memory", () =>
  inFolder((folder) => {
    const here = Deno.hostname();
    const states: readonly (readonly [WatchedState, MadeUp])[] = [
      ["running", { epochs: 5, lock: { says: "77 elsewhere 1500000000", seconds: 20 } }],
      ["silent", { epochs: 5, lock: { says: "77 elsewhere 1500000000", seconds: 90 } }],
      // A process of this machine that was killed leaves a lock that is free.
      ["silent", { epochs: 5, lock: { says: `77 ${here} 1500000000` } }],
      ["silent", { epochs: 5, lock: { says: "77" } }],
      ["failed", { epochs: 5, log: "Computing on x\nerror: The training loss became NaN.\n\n" }],
      ["stopped", { epochs: 5, log: "error: first\nsearch 5/20\n" }],
      ["failed", {
        epochs: 5,
        log: "error: x is undefined\nThis is a bug of this project. Please open an issue\n",
      }],
      ["finished", { epochs: 5, finished: true, lock: { says: "77 elsewhere 1" } }],
    ];
    states.forEach(([state, run], i) => {
      makeRun(`${folder}/${i}`, run);
      const seen = line(`${folder}/${i}`);
      assertEquals([seen.state, seen.progress], [state, { stage: "search", done: 5, of: 20 }], `${i}`);
      // Twelve seconds each.
      assertEquals(seen.secondsLeft, state === "running" ? 180 : undefined, `${i}`);
    });
    const running = line(`${folder}/0`);
    assertEquals([running.host, running.memory], ["elsewhere", 1.5e9]);
    assertEquals(running.sparkline?.values.length, 5);
    assertStringIncludes(line(`${folder}/1`).why!, "Process 77 on elsewhere was last heard of 1 min ago");
    assertEquals(line(`${folder}/4`).why, "The training loss became NaN.");
    assertEquals(line(`${folder}/5`).said, "search 5/20");

    // A process of this machine that lives.
    using _lock = lockFolder(`${folder}/5`);
    const own = line(`${folder}/5`);
    assertEquals([own.state, own.host], ["running", here]);
    assert(own.memory! > 1e6);
    // One that has not beaten for long, though it holds the lock.
    Deno.utimeSync(`${folder}/5/.lock`, new Date(0), new Date(Date.now() - 90_000));
    assertEquals(line(`${folder}/5`).state, "silent");
  }));

Deno.test("watch: files are read again only where they changed, and what is half-written is left out", () =>
  inFolder((folder) => {
    const run = `${folder}/run`;
    makeRun(run, { epochs: 3, log: "a line\n" });
    const old = new Date(Date.now() - 10_000);
    for (const { name } of Deno.readDirSync(run)) Deno.utimeSync(`${run}/${name}`, old, old);
    const files = new Files();
    line(run, files);
    const { reads } = files;
    assert(reads >= 3);
    line(run, files);
    assertEquals(files.reads, reads);

    const metrics = `${run}/metrics.jsonl`;
    const whole = Deno.readTextFileSync(metrics);
    const next = `${JSON.stringify(searchRow(3))}\n`;
    Deno.writeTextFileSync(metrics, whole + next.slice(0, 20));
    assertEquals(line(run, files).progress?.done, 3);
    assertEquals(files.reads, reads + 1);
    Deno.writeTextFileSync(metrics, whole + next);
    assertEquals(line(run, files).progress?.done, 4);
    // Of the same size, at what may be the same time.
    const stamp = Deno.statSync(metrics).mtime!;
    Deno.writeTextFileSync(metrics, (whole + next).replace('"epoch":3', '"epoch":7'));
    Deno.utimeSync(metrics, stamp, stamp);
    assertEquals(line(run, files).progress?.done, 8);
    Deno.truncateSync(metrics, 0);
    assertEquals(line(run, files).progress?.done, 0);
    for (const text of ["\0\0\0", "[1]\nnull\n7\n", '{"stage":"search","epoch":-1}\n', '{"stage":"x"}\n{']) {
      Deno.writeTextFileSync(metrics, text);
      assertEquals(line(run, files).progress?.done, 0);
    }
    Deno.removeSync(metrics);
    Deno.mkdirSync(metrics);
    assertEquals(line(run, files).progress?.done, 0);
    Deno.removeSync(run, { recursive: true });
    assertEquals(line(run, files).state, "waiting");
  }));

Deno.test("watch: two hundred runs are looked at without reading them again", () =>
  inFolder((folder) => {
    for (let i = 0; i < 200; i++) makeRun(`${folder}/run-${i}`, { epochs: 3, log: `line ${i}\n` });
    const old = new Date(Date.now() - 10_000);
    for (let i = 0; i < 200; i++) {
      for (const { name } of Deno.readDirSync(`${folder}/run-${i}`)) {
        Deno.utimeSync(`${folder}/run-${i}/${name}`, old, old);
      }
    }
    const pages = new Pages([folder]);
    const list = () => pages.at(new URL("http://localhost/"));
    const first = list();
    assertEquals(first.html().match(/<tr role="row"><th scope="row"/g)?.length, 200);
    const { reads } = pages.files;
    const now = performance.now;
    try {
      performance.now = () => now.call(performance) + 1e6;
      assertEquals(list().version, first.version);
      assertEquals(pages.files.reads, reads);
      performance.now = () => now.call(performance) + 2e6;
      addEpoch(`${folder}/run-7`, 3);
      assert(list().version !== first.version);
      assertEquals(pages.files.reads, reads + 1);
    } finally {
      performance.now = now;
    }
  }));

Deno.test("watch: the list is filtered and sorted by its address", () =>
  inFolder((folder) => {
    makeRun(`${folder}/b`, { epochs: 2, lock: { says: "1 node-1 10" } });
    makeRun(`${folder}/a10`, { epochs: 9, log: "error: <b>No</b> adapter\n" });
    makeRun(`${folder}/a9`, { epochs: 5, finished: true });
    const names = (query: string) =>
      [...page(folder, `/${query}`).html().matchAll(/report\.html">([^<]*)<\/a>/g)].map(([, name]) => name);
    assertEquals(names(""), ["b", "a10", "a9"]);
    assertEquals(names("?sort=name"), ["a9", "a10", "b"]);
    assertEquals(names("?sort=name&down=1"), ["b", "a10", "a9"]);
    assertEquals(names("?sort=epoch&down=1"), ["a10", "a9", "b"]);
    assertEquals(names("?sort=left"), ["b", "a9", "a10"]);
    assertEquals(names("?state=failed"), ["a10"]);
    assertEquals(names("?words=ADAPTER%20a1"), ["a10"]);
    assertEquals(names("?words=nothing"), []);
    assertEquals(names("?sort=__proto__&state=constructor&down=x"), ["b", "a10", "a9"]);
    const hostile = page(folder, '/?words="><script>x').html();
    assertStringIncludes(hostile, 'value="&quot;&gt;&lt;script&gt;x"');
    assertStringIncludes(page(folder).html(), "&lt;b&gt;No&lt;/b&gt; adapter");
  }));

Deno.test("watch: the report of a run grows with it, and is that of a finished run in the end", () =>
  inFolder((folder) => {
    const run = `${folder}/run`;
    makeRun(run, { epochs: 0, lock: { says: "77 node-7 512000000" } });
    const address = `/${folder.split("/").at(-1)}/run/report.html`;
    const report = () => page(folder, address);
    const sections = () => [...report().html().matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
    assertEquals(sections(), ["reproduce", "environment", "settings"]);
    addEpoch(run, 0);
    const before = report();
    addEpoch(run, 1);
    assert(report().version !== before.version);
    const all = ["cells", "alphas", "curves", "genotype", "reproduce", "environment", "settings"];
    assertEquals(sections(), all);
    const html = report().html();
    assertStringIncludes(html, "If the search ended now. ");
    assertMatch(html, /<dt>Epochs of the search<\/dt><dd>2 of 20<\/dd>/);
    assertStringIncludes(html, "darts on s3, fashion-mnist-small");
    Deno.removeSync(`${run}/.lock`);
    finish(run);
    assertEquals(sections().slice(0, 4), ["cells", "alphas", "curves", "genotype"]);
    assertMatch(report().html(), /<dt>Test accuracy<\/dt><dd>81.25/);
    assert(!report().html().includes("If the search ended now"));

    // What cannot be drawn is said; what is gone is not there.
    Deno.writeTextFileSync(`${run}/result.json`, '{"classes": 7}');
    assertStringIncludes(report().html(), "Its files hold something that cannot be drawn");
    Deno.removeSync(run, { recursive: true });
    assertEquals(report().there, false);
  }));

Deno.test("watch: a test of a network has its own page", () =>
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/test`);
    for (const [name, value] of [["result", sampleTest(3)], ["environment", { adapter: "x" }]] as const) {
      Deno.writeTextFileSync(`${folder}/test/${name}.json`, JSON.stringify(value));
    }
    const html = page(folder, `/${folder.split("/").at(-1)}/test/report.html`).html();
    assertStringIncludes(html, "What is taken for what");
    assert(!html.includes("NaN"));
  }));

Deno.test("watch: the page of a comparison shows runs that go on, and those that have not begun", () =>
  inFolder((folder) => {
    const compared = `${folder}/compared`;
    makeComparison(compared, {
      "darts-s3-seed0": { epochs: 20, finished: true },
      "pc-darts-s3-seed1": { epochs: 4, lock: { says: "77 node-7 512000000" } },
      "pc-darts-s3-seed0": { epochs: 2, log: "error: No adapter & no driver.\n" },
    });
    const root = folder.split("/").at(-1)!;
    const shown = page(folder, `/${root}/compared/comparison.html`);
    assertEquals(shown.there, true);
    const html = shown.html();
    assertStringIncludes(html, "running, search 4 of 20");
    assertStringIncludes(html, "not run yet");
    assertStringIncludes(html, "pc-darts-s3-seed0: No adapter &amp; no driver.");
    assertStringIncludes(html, '<a href="pc-darts-s3-seed1/report.html">');
    assert(!html.includes('<a href="darts-s3-seed1/report.html">'));
    // A run that goes on is part of its method's lines, one that failed is not.
    assertMatch(html, /<g class="series series-1"><path/);
    assert(!html.includes('class="band"'));
    assertStringIncludes(html, "pc-darts: 12.00\u00a0% at epoch 0, 22.50\u00a0% at epoch 3.");
    const list = page(folder).html();
    assertMatch(list, /comparison\.html">[^<]*<\/a><span>1 running, 1 failed, 1 waiting, 1 finished</);
    const alone = page(compared, "/compared/pc-darts-s3-seed1/report.html");
    assertEquals(alone.there, true);
    const { version } = shown;
    addEpoch(`${compared}/pc-darts-s3-seed1`, 4);
    assert(page(folder, `/${root}/compared/comparison.html`).version !== version);

    // Names that lead elsewhere are nobody's runs.
    makeRun(`${folder}/other`, { epochs: 1, finished: true });
    const runs = ["../other", "..", "a/b", ""].map((run, seed) => ({
      run,
      method: "darts",
      space: "s3",
      seed,
    }));
    Deno.writeTextFileSync(`${compared}/comparison.json`, JSON.stringify({ runs }));
    assert(!page(compared).html().includes("other"));
    for (const record of ["{}", "[", '{"runs": {}}', '{"runs": [{"run": 7, "seed": "x"}]}', "null"]) {
      Deno.writeTextFileSync(`${compared}/comparison.json`, record);
      const page = new Pages([folder]).at(new URL(`http://localhost/${root}/compared/comparison.html`));
      assertEquals(page.there, true);
      assertStringIncludes(page.html(), "<html");
    }
  }));

Deno.test("watch: names with odd letters have pages, links and other folders have none", () =>
  inFolder((folder) => {
    const odd = `<i> & "ü" #?% 100%.%2e`;
    makeRun(`${folder}/runs/${odd}`, { epochs: 1 });
    makeRun(`${folder}/outside/run`, { epochs: 1 });
    Deno.symlinkSync(`${folder}/outside`, `${folder}/runs/link`);
    makeRun(`${folder}/runs/linked`, { epochs: 1 });
    Deno.removeSync(`${folder}/runs/linked/metrics.jsonl`);
    for (const name of ["metrics.jsonl", "log.txt"]) {
      Deno.symlinkSync(`${folder}/outside/run/metrics.jsonl`, `${folder}/runs/linked/${name}`);
    }
    const html = page(`${folder}/runs`).html();
    const address = /<a href="([^"]*report\.html)">&lt;i&gt;/.exec(html)![1]!;
    assertEquals(page(`${folder}/runs`, address).there, true);
    assert(!html.includes("<i>") && !html.includes("link/"));
    const seen = line(`${folder}/runs/linked`);
    assertEquals([seen.progress?.done, seen.said], [0, undefined]);
    for (
      const address of [
        ...["/runs/link/run/report.html", "/outside/run/report.html", "/runs/../outside/run/report.html"],
        ...[
          "/runs/%2e%2e/outside/run/report.html",
          "/runs/..%2foutside%2frun/report.html",
          "/runs/%ff/report.html",
        ],
        ...[
          "/runs/linked/config.json",
          "/runs/linked/metrics.jsonl",
          "/runs/linked",
          "/etc/passwd",
          "//etc/passwd",
        ],
      ]
    ) {
      assertEquals(page(`${folder}/runs`, `http://localhost${address}`).there, false, address);
    }
    // Two folders of the same name are told apart, and one that lies in another is shown once.
    const both = page([`${folder}/runs`, `${folder}/outside`, `${folder}/outside/run`, folder]);
    assertEquals(both.html().match(/<tr role="row"><th scope="row"/g)?.length, 3);
  }));

Deno.test("watch: a beat of another machine shows at the next look", () =>
  inFolder((folder) => {
    makeRun(`${folder}/run`, { epochs: 1, lock: { says: "77 node-7 5", seconds: 120 } });
    assertEquals(line(`${folder}/run`).state, "silent");
    beat(`${folder}/run`);
    assertEquals(line(`${folder}/run`).state, "running");
  }));
