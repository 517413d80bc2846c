import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { type ReportData, reportHtml } from "../../src/report/mod.ts";
import { sampleRun } from "./sample.ts";

const sections = (html: string) => [...html.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);

Deno.test("the report of a search holds every section, and names what a reader asks for first", () => {
  const html = reportHtml(sampleRun());
  assertEquals(sections(html), [
    "cells",
    "alphas",
    "curves",
    "genotype",
    "reproduce",
    "result",
    "environment",
    "settings",
  ]);
  for (const text of ["91.37\u00a0%", "328\u00a0k", "45.9\u00a0M", "9 min 11 s", "NVIDIA GeForce RTX 4070"]) {
    assertStringIncludes(html, text);
  }
  assertStringIncludes(html, "npx deno task search --preset quick --space s5 --seed 7");
  assertStringIncludes(html, "Genotype(normal=[(&#39;sep_conv_3x3&#39;, 1)");
  assertStringIncludes(html, "<dt>train.dropPath</dt><dd>0.2</dd>");
});

Deno.test("a training without a search leaves the alphas out; no metrics, no curves; no notes, no box", () => {
  const { space: _, method: __, ...run } = sampleRun();
  const html = reportHtml({ ...run, mixing: [], metrics: [], notes: [] });
  assertEquals(sections(html), ["cells", "genotype", "reproduce", "result", "environment", "settings"]);
  assert(!html.includes('class="notes"'));
  const untested = reportHtml({ ...run, result: { ...run.result, test_accuracy: null } });
  assert(!untested.includes("Test accuracy</dt>"));
});

Deno.test("whatever comes from outside is escaped, wherever it stands", () => {
  const hostile = `"'><img src=x onerror=alert(1)></title></style><script>`;
  const run = sampleRun();
  const evil: ReportData = {
    ...run,
    title: hostile,
    method: hostile,
    dataset: hostile,
    device: hostile,
    commands: [hostile],
    config: { [hostile]: hostile, list: [hostile], nested: { [hostile]: { [hostile]: [{ a: hostile }] } } },
    environment: { [hostile]: hostile },
    genotypeText: hostile,
    result: { ...run.result, [hostile]: hostile },
    notes: [hostile],
    metrics: run.metrics.map((row) => ({ ...row, [hostile]: hostile })),
    space: { ...run.space!, name: hostile },
  };
  const html = reportHtml(evil);
  assert(!html.includes("<img") && !html.includes("<script"));
  assertEquals(html.split("</style>").length, 2);
});

Deno.test("the report names no address, has no script, and stays small at the paper's size", () => {
  const html = reportHtml(sampleRun("s5", 50, 600));
  assertEquals(
    html.replaceAll("http://www.w3.org/2000/svg", "").match(/https?:|url\(|@import|<script|\ssrc=/g),
    null,
  );
  assertStringIncludes(html, "default-src 'none'");
  assert(new TextEncoder().encode(html).length < 400_000, `${html.length} characters`);
});

Deno.test("no two elements share an id, and every reference resolves", () => {
  const html = reportHtml(sampleRun());
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!);
  assertEquals(ids.length, new Set(ids).size);
  for (const [, list] of html.matchAll(/aria-labelledby="([^"]+)"/g)) {
    for (const id of list!.split(" ")) assert(ids.includes(id), id);
  }
});

Deno.test("headings descend one level at a time", () => {
  const levels = [...reportHtml(sampleRun()).matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
  assertEquals(levels.filter((level) => level === 1).length, 1);
  levels.slice(1).forEach((level, i) => assert(level <= levels[i]! + 1, levels.join(" ")));
});
