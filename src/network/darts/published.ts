/**
 * Published cells by the names users know them by. `c10_s5_ms` is the cell searched on CIFAR-10 (`c100`:
 * CIFAR-100) in space S5 by MS-DARTS; `_random` is SDARTS-RS, `_pgd` SDARTS-ADV and `_pcdarts` SmoothDARTS'
 * run of PC-DARTS. An entry `s3.1` is a `sep_conv_3x3` from node 1 (`shortNames`), two entries a node.
 */
import { type ShortName, shortNames } from "../../nn/operation_names.ts";
import type { DartsGenotype, GenotypeEdge } from "./genotype.ts";

const edges = (cell: string): GenotypeEdge[] =>
  cell.split(" ").map((entry) => {
    const [short, predecessor] = entry.split(".");
    return [shortNames[short as ShortName], Number(predecessor)];
  });

const cells = (
  normal: string,
  reduce: string,
  normalConcat: number[],
  reduceConcat: number[],
): DartsGenotype => ({
  normal: edges(normal),
  normal_concat: normalConcat,
  reduce: edges(reduce),
  reduce_concat: reduceConcat,
});

const dartsCells = (normal: string, reduce: string): DartsGenotype =>
  cells(normal, reduce, [2, 3, 4, 5], [2, 3, 4, 5]);

/** Genotypes that papers and their code have published, by the name of the variable that holds them there. */
// deno-fmt-ignore
export const publishedGenotypes = {
  // MS-DARTS
  c10_s5_ms: dartsCells("s3.1 s3.0 sk.0 s3.2 s3.0 s3.1 s3.0 d3.3", "s3.0 av.1 s3.0 s3.2 mx.0 d3.3 s3.3 sk.2"),
  c10_s1_ms: dartsCells("sk.0 d5.1 s3.1 d3.2 d3.3 s3.2 s3.0 sk.2", "d3.1 mx.0 d5.2 mx.1 d5.3 d3.2 d5.4 mx.1"),
  c10_s2_ms: dartsCells("s3.0 s3.1 s3.2 s3.1 s3.0 s3.2 s3.4 sk.1", "s3.1 s3.0 s3.1 s3.0 s3.1 s3.2 s3.1 s3.0"),
  c10_s3_ms: dartsCells("sk.1 sk.0 s3.0 s3.2 s3.3 sk.1 s3.4 s3.3", "s3.1 sk.0 s3.2 s3.0 s3.1 s3.3 s3.0 s3.4"),
  c10_s4_ms: dartsCells("s3.1 s3.0 s3.1 s3.2 s3.0 s3.2 s3.0 s3.1", "s3.0 s3.1 s3.0 s3.2 s3.0 s3.2 s3.2 s3.1"),
  c100_s1_ms: dartsCells("d5.1 sk.0 d3.2 d5.0 d3.3 s3.2 mx.1 d3.2", "mx.0 d3.1 d5.2 mx.0 d5.3 d3.2 d5.4 d5.2"),
  c100_s2_ms: dartsCells("s3.1 s3.0 s3.0 s3.2 s3.1 s3.2 s3.1 s3.4", "sk.1 s3.0 sk.1 sk.0 s3.2 s3.3 s3.4 s3.2"),
  c100_s3_ms: dartsCells("sk.0 sk.1 s3.2 sk.0 s3.1 s3.0 s3.0 s3.1", "s3.1 s3.0 s3.0 sk.1 s3.3 s3.2 s3.0 s3.4"),
  c100_s4_ms: dartsCells("s3.0 s3.1 s3.0 s3.1 s3.1 s3.3 s3.4 s3.0", "s3.1 s3.0 s3.0 s3.1 s3.0 s3.2 s3.0 s3.1"),
  // SDARTS-RS
  c10_s5_random: dartsCells("s3.1 s3.0 s5.1 sk.0 s3.3 sk.1 s3.1 d3.2", "mx.0 s3.1 sk.2 mx.0 d5.3 mx.0 s3.2 s5.3"),
  c10_s1_random: dartsCells("d5.1 d3.0 s3.1 sk.2 d3.3 s3.2 s3.0 d3.2", "mx.0 d3.1 d5.2 mx.1 d5.3 s3.1 d5.2 d5.3"),
  c10_s2_random: dartsCells("s3.0 s3.1 s3.2 sk.1 s3.3 sk.0 s3.1 sk.2", "s3.0 s3.1 s3.1 s3.0 s3.2 s3.1 s3.2 s3.3"),
  c10_s3_random: dartsCells("s3.1 s3.0 s3.1 s3.0 s3.1 s3.2 s3.4 sk.0", "sk.0 s3.1 s3.2 s3.0 s3.2 s3.3 s3.0 s3.4"),
  c10_s4_random: dartsCells("s3.1 s3.0 s3.2 s3.1 s3.3 s3.2 s3.4 s3.2", "s3.0 s3.1 s3.0 s3.2 s3.0 s3.3 s3.0 s3.4"),
  // SDARTS-ADV
  c10_s5_pgd: dartsCells("s3.0 s3.1 s3.1 sk.0 s5.0 d3.3 d3.4 sk.0", "mx.0 s5.1 sk.2 mx.0 sk.3 sk.2 sk.2 s5.4"),
  c10_s1_pgd: dartsCells("d5.1 d3.0 s3.1 sk.2 s3.2 d3.3 s3.0 d3.2", "mx.0 d3.1 d5.2 mx.0 d5.3 d3.2 d5.4 d5.2"),
  c10_s2_pgd: dartsCells("s3.1 sk.0 s3.2 s3.0 s3.3 s3.2 s3.4 s3.1", "sk.0 sk.1 s3.0 s3.2 s3.3 s3.0 s3.4 s3.3"),
  c10_s3_pgd: dartsCells("s3.1 s3.0 s3.0 s3.2 s3.1 s3.0 s3.1 sk.0", "s3.1 s3.0 s3.2 s3.0 s3.2 s3.0 s3.1 s3.3"),
  c10_s4_pgd: dartsCells("s3.1 s3.0 s3.2 s3.1 s3.3 s3.2 s3.3 s3.4", "s3.1 s3.0 s3.2 s3.1 s3.2 s3.3 s3.3 s3.4"),
  c100_s1_pgd: dartsCells("d5.1 d3.0 d3.2 s3.1 d3.3 s3.2 d3.2 s3.0", "d3.1 mx.0 d5.2 mx.0 d5.3 s3.1 d5.3 d5.4"),
  c100_s3_pgd: dartsCells("s3.0 s3.1 s3.0 s3.1 s3.1 s3.2 s3.2 s3.1", "sk.1 s3.0 s3.2 s3.0 s3.3 s3.2 s3.4 s3.3"),
  // PC-DARTS as SmoothDARTS ran it
  c10_s1_pcdarts: dartsCells("d5.1 d3.0 d5.0 s3.1 sk.2 mx.0 sk.2 sk.0", "mx.0 mx.1 mx.1 mx.0 s3.1 mx.0 d5.2 mx.0"),
  c10_s2_pcdarts: dartsCells("sk.1 s3.0 sk.0 sk.2 sk.3 s3.0 sk.3 sk.4", "s3.0 s3.1 s3.1 s3.2 s3.2 s3.3 s3.4 s3.2"),
  c10_s4_pcdarts: dartsCells("s3.0 s3.1 s3.0 s3.1 s3.0 s3.1 s3.0 nz.3", "s3.0 s3.1 s3.1 s3.2 s3.3 s3.1 s3.2 s3.0"),
  // Others, each under the name of its own repository
  DARTS_V1: dartsCells("s3.1 s3.0 sk.0 s3.1 sk.0 s3.1 s3.0 sk.2", "mx.0 mx.1 sk.2 mx.0 mx.0 sk.2 sk.2 av.0"),
  DARTS_V2: dartsCells("s3.0 s3.1 s3.0 s3.1 s3.1 sk.0 sk.0 d3.2", "mx.0 mx.1 sk.2 mx.1 mx.0 sk.2 sk.2 mx.1"),
  PC_DARTS_cifar: dartsCells("s3.1 sk.0 s3.0 d3.1 s5.0 s3.1 av.0 d3.1", "s5.1 mx.0 s5.1 s5.2 s3.0 s3.3 s3.1 s3.2"),
  PC_DARTS_image: dartsCells("sk.1 s3.0 s3.0 sk.1 s3.1 s3.3 s3.1 d5.4", "s3.0 sk.1 d5.2 mx.1 s3.2 s3.1 s5.0 s3.3"),
  PDARTS: dartsCells("sk.0 d3.1 sk.0 s3.1 s3.1 s3.3 s3.0 d5.4", "av.0 s5.1 s3.0 d5.2 mx.0 d3.1 d3.1 d5.3"),
  GDAS_V1: dartsCells("sk.0 sk.1 sk.0 s5.2 s3.3 sk.0 s5.4 s3.3", "s5.0 s3.1 s5.2 s5.1 d5.2 s3.1 s5.0 s5.2"),
  SNAS: dartsCells("s3.0 s3.1 sk.0 d3.1 sk.1 sk.0 sk.0 s3.1", "mx.0 mx.1 mx.1 sk.2 sk.2 mx.1 mx.0 d5.2"),
  SGAS_Cri1_1: dartsCells("sk.0 s3.1 s3.0 s5.1 s3.1 s3.2 d5.2 d3.3", "mx.0 d3.1 s3.0 s5.2 mx.1 sk.2 sk.2 sk.3"),
  SGAS_Cri2_1: dartsCells("s3.0 s3.1 s5.0 s5.1 sk.0 s5.2 s3.1 d5.2", "mx.0 s5.1 mx.1 s3.2 mx.0 s3.3 s3.0 d5.2"),
  NASNet: cells(
    "s5.1 s3.0 s5.0 s3.0 av.1 sk.0 av.0 av.0 s3.1 sk.1",
    "s5.1 s7.0 mx.1 s7.0 av.1 s5.0 sk.3 av.2 s3.2 mx.1",
    [2, 3, 4, 5, 6],
    [4, 5, 6],
  ),
  AmoebaNet: cells(
    "av.0 mx.1 s3.0 s5.2 s3.0 av.3 s3.1 sk.1 sk.0 av.1",
    "av.0 s3.1 mx.0 s7.2 s7.0 av.1 mx.0 mx.1 c7.0 s3.5",
    [4, 5, 6],
    [3, 4, 6],
  ),
} as const satisfies Record<string, DartsGenotype>;

export type PublishedName = keyof typeof publishedGenotypes;

/** Other names the same cells go by. */
export const genotypeAliases: Readonly<Record<string, PublishedName>> = {
  MS_DARTS: "c10_s5_ms",
  MS_DARTS_S1: "c10_s1_ms",
  MS_DARTS_S2: "c10_s2_ms",
  MS_DARTS_S3: "c10_s3_ms",
  MS_DARTS_S4: "c10_s4_ms",
  MS_DARTS_S5: "c10_s5_ms",
  SDARTS_RS: "c10_s5_random",
  SDARTS_ADV: "c10_s5_pgd",
  DARTS: "DARTS_V2",
  PC_DARTS: "PC_DARTS_cifar",
  PCDARTS: "PC_DARTS_cifar",
  GDAS: "GDAS_V1",
  SNAS_mild: "SNAS",
  SGAS: "SGAS_Cri1_1",
};
