/** The file of a study: settings of `search` that its arms share, the arms with their own, and how many seeds. */
import { z } from "zod";
import { nearest, usageError } from "../errors.ts";
import { duplicateKey } from "../io/json_keys.ts";
import { parseJson } from "../io/read.ts";
import type { Study } from "../study.ts";
import { methodNames } from "./names.ts";
import { searchCommand } from "./spec.ts";

/** As many letters of an arm's name as the figures have room for. */
const longest = 24;
const name = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, "small letters, digits, dots and hyphens")
  .max(longest, `at most ${longest} letters`);
const settings = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const arm = {
  name,
  method: z.enum(methodNames as [string, ...string[]]),
  settings: settings.default({}),
};
const file = {
  title: z.string().min(1),
  text: z.array(z.string()).default([]),
  settings,
  /** The exact test of two arms takes a second at the most. */
  seeds: z.int().min(1).max(100),
  arms: z.array(z.strictObject(arm)).min(1),
  tests: z.array(z.tuple([name, name])).default([]),
};
const schema = z.strictObject(file);

/** Settings that the study says of every run itself. */
const decided = ["method", "seed", "out", "resume", "data", "json", "quiet", "dryRun", "explain"];

/**
 * The study that a text describes; seeds count from 0.
 *
 * @param path of the file, for messages
 * @throws UserError (exit 2) that names the key, the arm and what it must be
 */
export function parseStudy(text: string, path: string): Study {
  const lack = 'must hold one JSON object with "title", "settings", "seeds" and "arms"';
  const content = parseJson(text, path, { raise: usageError, lack });
  const twice = duplicateKey(text);
  if (twice !== undefined) throw usageError(`The key "${twice}" stands twice in ${path}.`);
  checkKeys(content, Object.keys(file), `in ${path}`);
  const arms = Array.isArray(content["arms"]) ? content["arms"] : [];
  arms.forEach((given: unknown, a) => {
    if (typeof given !== "object" || given === null) return;
    checkKeys(given, Object.keys(arm), `in arm ${a + 1} of ${path}`);
    const { method } = given as { method?: unknown };
    if (typeof method !== "string" || methodNames.includes(method)) return;
    throw usageError(
      `Unknown method "${method}" in arm ${a + 1} of ${path}; did you mean "${
        nearest(method, methodNames)
      }"?`,
    );
  });
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    const [{ path: keys, message }] = parsed.error.issues as [z.core.$ZodIssue];
    throw usageError(`"${keys.join(".")}" in ${path} is wrong: ${message}.`);
  }
  const study = parsed.data;
  checkSettings(study.settings, `in ${path}`);
  study.arms.forEach((own) => checkSettings(own.settings, `in arm ${own.name} of ${path}`));
  const names = study.arms.map((own) => own.name);
  const again = names.find((own, a) => names.indexOf(own) !== a);
  if (again !== undefined) throw usageError(`Two arms of ${path} are named ${again}; name each once.`);
  const stranger = study.tests.flat().find((own) => !names.includes(own));
  if (stranger !== undefined) {
    throw usageError(`A test in ${path} names the arm ${stranger}; its arms are ${names.join(", ")}.`);
  }
  const [same] = study.tests.find(([one, other]) => one === other) ?? [];
  if (same !== undefined) {
    throw usageError(`A test in ${path} is of ${same} against itself; name two arms.`);
  }
  return { ...study, seeds: Array.from({ length: study.seeds }, (_, seed) => seed) };
}

function checkKeys(given: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw usageError(`Unknown key "${unknown}" ${where}; did you mean "${nearest(unknown, known)}"?`);
}

function checkSettings(given: object, where: string): void {
  checkKeys(given, Object.keys(searchCommand.schema.shape), where);
  const own = Object.keys(given).find((key) => decided.includes(key));
  if (own !== undefined) throw usageError(`"${own}" ${where} is not the file's to say; leave it out.`);
}
