/** How a search mixes its operations, from the raw alphas in `alphas.jsonl`: as the run itself made it of them. */
import type { SearchConfig } from "../../src/config/search_config.ts";
import type { Method, NextStage } from "../../src/methods/mod.ts";
import { alphaLayout, type AlphaRows, checkRows } from "../../src/network/alphas.ts";
import { familyOf } from "../../src/network/families.ts";
import { keptRows } from "../../src/network/kept.ts";
import type { MixingEpoch } from "../../src/report/mod.ts";
import { decidedRows, type Decisions } from "../../src/search/decisions.ts";
import type { Space } from "../../src/spaces/mod.ts";
import type { Reported } from "../run/files.ts";
import { nextStage } from "../strategies/next_stage.ts";
import type { Values } from "./objects.ts";

/** What a search is of. */
export interface Searched {
  readonly config: SearchConfig;
  readonly method: Method;
  readonly space: Space;
}

type Net = NonNullable<Reported["net"]>;

/** A search, or the last of its stages: what is chosen between, and how it mixed that epoch by epoch. */
export interface Part {
  readonly net: Net;
  readonly mixing: readonly MixingEpoch[];
}

interface RawEpoch {
  readonly epoch: number;
  readonly alphas: AlphaRows;
}

const netOf = ({ config, method, space }: Searched, begin?: NextStage): Net => {
  const own = begin?.kind === "anew" ? begin.space : space;
  const variant = { ...method.variant(config), ...begin?.kind === "on" && { kept: begin.kept } };
  return { space: own, variant, alphas: alphaLayout(familyOf(own).matrices(own, variant)) };
};

/** The alphas of each epoch, the way the search took. Throws where rows have not the network's alphas. */
function rawEpochs(rows: readonly Values[], { alphas: { matrices } }: Net): RawEpoch[] {
  const raw: RawEpoch[] = [];
  for (const row of rows) {
    const epoch = Number(row["epoch"]);
    const alphas = Object.fromEntries(matrices.map(({ name }) => [name, row[name]])) as AlphaRows;
    matrices.forEach((matrix) => checkRows(matrix, alphas[matrix.name]!));
    const again = raw.findIndex((other) => other.epoch >= epoch);
    raw.splice(again < 0 ? raw.length : again, Infinity, { epoch, alphas });
  }
  return raw;
}

/** What the alphas stand for; what the method decided on the way it decides again. */
function mixingOf(
  raw: readonly RawEpoch[],
  { config, method }: Searched,
  { space, variant }: Net,
): MixingEpoch[] {
  let decisions: Decisions = {};
  const history: AlphaRows[] = [];
  return raw.map(({ epoch, alphas }) => {
    const whole = Object.fromEntries(
      Object.entries(alphas).map(([name, rows]) => [name, rows.map((row) => method.relaxation.row(row))]),
    );
    const relaxed = variant.kept ? keptRows(whole, variant.kept) : whole;
    history.push(relaxed);
    const context = { decisions, history: [...history], space, epoch, epochs: config.epochs };
    decisions = method.decide?.(config, context) ?? decisions;
    return { epoch, weights: decidedRows(relaxed, decisions) };
  });
}

/**
 * The part of a search that its report shows: of several searches the chosen one, or the last so far, and of several
 * stages the last so far; undefined where the cell is drawn. Throws where the rows of `alphas.jsonl` are not those of
 * such a search.
 */
export function lastPart(all: readonly Values[], searched: Searched, chosen: unknown): Part | undefined {
  const search = chosen ?? all.at(-1)?.["search"];
  const rows = all.filter((row) => row["search"] === search && Number.isSafeInteger(row["epoch"]));
  const { config, method: { strategy }, space: whole } = searched;
  if (strategy.kind === "drawn") return undefined;
  const part = (rows: readonly Values[], searched: Searched, begin?: NextStage) => {
    const net = netOf(searched, begin);
    const raw = rawEpochs(rows, net);
    return { net, raw, mixing: mixingOf(raw, searched, net) };
  };
  if (strategy.kind !== "staged") return part(rows, searched);
  const stages = strategy.stages(config, config);
  const operations = whole.matrices[0]!.rows[0]!.choices.length;
  let begin: NextStage = { kind: "anew", space: whole };
  for (let index = 0;; index++) {
    const own = { ...searched, config: { ...config, ...stages[index]!.settings } };
    const one = part(rows.filter((row) => row["search_stage"] === index), own, begin);
    if (!rows.some((row) => Number(row["search_stage"]) > index)) return one;
    const end = { alphas: one.raw.at(-1)!.alphas, weights: one.mixing.at(-1)!.weights };
    const { space } = one.net;
    begin = nextStage(strategy, { ...end, index, space, whole }, stages[index + 1]!.operations(operations));
  }
}
