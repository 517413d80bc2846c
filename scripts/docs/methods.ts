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
  if (strategy.kind === "drawn" || strategy.kind === "weight sharing") return "no alphas";
  const { epochs, layers } = { ...presets.cifar10, ...published?.(spaceByName("s5"), presets.cifar10) };
  const whole = { epochs: Number(epochs), layers: Number(layers) };
  const rest = warmup(methodSettings(), whole.epochs);
  const [first, ...more] = extentsOf(strategy, methodSettings(), whole);
  if (rest === 0) return "0";
  return `${rest} of ${first!.epochs}${more.length > 0 ? " in each stage" : ""}`;
}

const overview = (): string =>
  table(
    [
      "method",
      "what it does",
      "published in",
      "order",
      "epochs the alphas rest",
      "kinds of space",
      "its own settings",
    ],
    methods.map((method) => [
      code(method.name),
      method.summary,
      cited(method.source),
      String(method.order),
      resting(method),
      fitting(method),
      codes(Object.keys(fieldsOf(groupsOf(method))).map((key) => `--${kebab(key)}`)) || none,
    ]),
  );

const deviations = (): string =>
  table(
    ["method", "where it departs from the publication"],
    methods.flatMap(({ name, deviations = [] }) =>
      deviations.map((sentence, i) => [i === 0 ? code(name) : "", inFlags(sentence)])
    ),
  );

const papersOf = (): string =>
  table(
    ["method", "publication"],
    methods.flatMap(({ name, source }) => source ? [[code(name), link(source.title, source.url)]] : []),
  );

export const methodTables: readonly (readonly [string, () => string])[] = [
  ["methods", overview],
  ["deviations", deviations],
  ["papers", papersOf],
];
