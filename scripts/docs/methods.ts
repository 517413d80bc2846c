/** Tables of the search methods. */
import { kebab } from "../../src/config/describe.ts";
import { presets } from "../../src/config/presets.ts";
import { extentsOf, type Method, methods, methodSettings } from "../../src/methods/mod.ts";
import { fieldsOf } from "../../src/fields.ts";
import { groupsOf } from "../../src/methods/list.ts";
import type { Source } from "../../src/papers.ts";
import { spaceByName, spaces } from "../../src/spaces/mod.ts";
import { code, codes, link, none, table } from "./markdown.ts";
import { inFlags } from "./settings.ts";

/** A publication as a link, and where in it. */
export const cited = (source: Source | undefined): string =>
  source === undefined
    ? none
    : link(source.cite, source.url) + (source.section === undefined ? "" : `, ${source.section}`);

const kinds = [...new Set(spaces.map(({ kind }) => kind))];

/** The kinds of space that a method searches. */
const fitting = ({ fits = kinds }: Method): string => fits.length === kinds.length ? "all" : codes(fits);

/** Epochs that the alphas rest in a search as long as published. */
function resting({ strategy, published, warmup }: Method): string {
  if (["drawn", "weight sharing", "pruned"].includes(strategy.kind)) return "no alphas";
  const space = spaceByName("s5");
  const { epochs, layers } = { ...presets.cifar10, ...published?.(space, presets.cifar10) };
  const whole = { epochs: Number(epochs), layers: Number(layers) };
  const rest = warmup(methodSettings(), whole.epochs, space);
  const [first, ...more] = extentsOf(strategy, methodSettings(), whole);
  if (rest === 0) return "0";
  return `${rest} of ${first!.epochs}${more.length > 0 ? " in each stage" : ""}`;
}

const overview = (): string =>
  table(
    ["method", "what it does", "order", "epochs the alphas rest", "spaces"],
    methods.map((method) => [
      code(method.name),
      method.summary,
      String(method.order),
      resting(method),
      fitting(method),
    ]),
  );

/** The flags of the settings that a method brings along. */
const ownFlags = (method: Method): string =>
  codes(Object.keys(fieldsOf(groupsOf(method))).map((key) => `--${kebab(key)}`));

/** Rows of which several methods have the same: those stand together. */
const together = (rows: readonly (readonly [name: string, of: string])[]): [string, string][] =>
  [...Map.groupBy(rows, ([, of]) => of)].map(([of, group]) => [codes(group.map(([name]) => name)), of]);

const own = (): string =>
  table(
    ["method", "settings"],
    together(methods.map((method) => [method.name, ownFlags(method)] as const).filter(([, own]) => own)),
  );

const deviations = (): string =>
  table(
    ["method", "how it differs"],
    together(methods.map(({ name, deviations = [] }) => [name, deviations.join("\n")] as const)).flatMap((
      [names, sentences],
    ) =>
      sentences.split("\n").filter(Boolean).map((sentence, i) => [i === 0 ? names : "", inFlags(sentence)])
    ),
  );

const papersOf = (): string =>
  table(
    ["method", "publication", "where in it"],
    methods.flatMap(({ name, source }) =>
      source
        ? [[code(name), `${source.cite}: ${link(source.title, source.url)}`, source.section ?? "all of it"]]
        : []
    ),
  );

export const methodTables: readonly (readonly [string, () => string])[] = [
  ["methods", overview],
  ["settings of methods", own],
  ["deviations", deviations],
  ["papers", papersOf],
];
