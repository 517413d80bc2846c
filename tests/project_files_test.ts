/** The files about the project: they have this version, can be read, and name every task and every method. */
import { assert, assertEquals, assertMatch } from "deno-std/assert";
import { parse } from "yaml";
import { z } from "zod";
import project from "../deno.json" with { type: "json" };
import { methodNames, spaceNames } from "../src/config/names.ts";
import { methods } from "../src/methods/mod.ts";
import { papers } from "../src/papers.ts";

const read = (name: string): string => Deno.readTextFileSync(new URL(`../${name}`, import.meta.url));

Deno.test("CHANGELOG.md: what comes, then every version, newest first, with this one", () => {
  const text = read("CHANGELOG.md");
  const versions = [...text.matchAll(/^## \[(.*)\]/gm)].map(([, version]) => version!);
  assertEquals(versions[0], "Unreleased");
  assert(versions.includes(project.version), `CHANGELOG.md has no section of ${project.version}`);
  const numbers = versions.slice(1).map((version) => version.split(".").map(Number));
  const newestFirst = numbers.toSorted(([a, b, c], [x, y, z]) => x! - a! || y! - b! || z! - c!);
  assertEquals(numbers, newestFirst);
  assertEquals(numbers.filter((parts) => parts.length !== 3 || parts.some(Number.isNaN)), []);
  const kinds = [...text.matchAll(/^### (.*)/gm)].map(([, kind]) => kind!);
  for (const kind of kinds) assertMatch(kind, /^(Added|Changed|Deprecated|Removed|Fixed|Security)$/);
  // The first version tells how many there were; those that came later have lines of their own.
  const unwrapped = text.replaceAll(/\n {2}/g, " ");
  for (const [names, kind] of [[methodNames, "method"], [spaceNames, "space"]] as const) {
    const told = Number(text.match(new RegExp(`^- (\\d+) ${kind}s: `, "m"))?.[1]);
    const later = names.filter((name) => new RegExp(`^- .*${kind}.*\`${name}\``, "im").test(unwrapped));
    assert(told <= names.length, `CHANGELOG.md tells of ${told} ${kind}s, and there are ${names.length}`);
    assert(
      names.length <= told + later.length,
      `CHANGELOG.md leaves out a ${kind} that came after the first ${told}: ` +
        `give it a line below "Unreleased" with "${kind} \`NAME\`" in it`,
    );
  }
});

/** What this project uses of the Citation File Format 1.2.0, with what that requires. */
const authors = z.array(z.union([
  z.strictObject({ "family-names": z.string(), "given-names": z.string() }),
  z.strictObject({ name: z.string() }),
])).min(1);
const citation = z.strictObject({
  "cff-version": z.literal("1.2.0"),
  message: z.string(),
  type: z.literal("software"),
  title: z.string(),
  abstract: z.string(),
  authors,
  version: z.string(),
  license: z.literal(project.license),
  keywords: z.array(z.string()).min(1),
  references: z.array(z.strictObject({
    type: z.enum(["article", "conference-paper"]),
    title: z.string(),
    notes: z.string(),
    authors,
    "collection-title": z.string().optional(),
    year: z.int().min(2010).max(2100),
    url: z.url({ protocol: /^https$/, hostname: /^arxiv\.org$/ }).optional(),
  })),
});

Deno.test("CITATION.cff: is one, of this version, with the paper of every method", () => {
  const { version, references } = citation.parse(parse(read("CITATION.cff")));
  assertEquals(version, project.version);
  const words = references.flatMap(({ notes }) => notes.split(/[\s,]+/));
  for (const { name } of methods.filter(({ source }) => source !== undefined)) {
    assert(
      words.includes(name),
      `CITATION.cff has no entry whose notes name the method ${name}: add its paper to the references`,
    );
  }
  for (const { title, url } of Object.values(papers)) {
    assertEquals(references.find((cited) => cited.title === title)?.url, url, `CITATION.cff: "${title}"`);
  }
});

Deno.test("SECURITY.md: says of every task what it may do", () => {
  const text = read("SECURITY.md");
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  const named = rows.flatMap((row) =>
    [...row.split("|")[1]!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!)
  );
  assertEquals(named.toSorted(), Object.keys(project.tasks).sort());
});
