/**
 * PC-DARTS (Xu et al. 2020): DARTS with partial channel connections (section 3.2), and in the original version edges
 * that have weights of their own (edge normalisation, section 3.3) and a warm-up. SmoothDARTS's port has neither.
 */
import { whole } from "../fields.ts";
import { setting } from "../setting.ts";
import type { Space } from "../spaces/mod.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { MethodWith, Port } from "./method.ts";
import { portGroup, portOf } from "./ports.ts";
import { asSmoothDarts } from "./published.ts";

const groups = {
  ...portGroup,
  "Partial channels (pc-darts)": {
    partialChannels: whole("one in so many channels goes through the operations of pc-darts").default(4),
  },
};

/** The cells of NAS-Bench-1Shot1 weight what a block reads by themselves: only the port searches them. */
const ports = ({ kind }: Space): readonly Port[] =>
  ["darts", "nasbench201"].includes(kind) ? ["original", "smoothdarts"] : ["smoothdarts"];

export const pcDarts: MethodWith<typeof groups> = {
  ...darts,
  name: "pc-darts",
  summary: "sends a part of the channels through the operations, and weights the edges into a node",
  source: { ...papers.pcDarts, section: "sections 3.2 and 3.3" },
  deviations: [
    `${
      setting("port")
    } \`smoothdarts\`, the only version for the spaces of NAS-Bench-1Shot1, is that of SmoothDARTS, ` +
    "which neither weights the edges nor rests the alphas.",
    "No publication searches NAS-Bench-201 with weights of the edges; the original version has the settings of DARTS " +
    "cells there, and the weights of the edges are used in the search only: every edge of such a cell is kept.",
  ],
  groups,
  ports,
  published: (space, given) => {
    const port = portOf(pcDarts, space, given["port"] as Port | undefined);
    if (port === "smoothdarts") return { ...asSmoothDarts, epochs: space.kind === "darts" ? 50 : 100 };
    return { epochs: 50, batch: 256, lr: 0.1, lrMin: 0, weightDecay: 3e-4, nesterov: false, archLr: 6e-4 };
  },
  warmup: ({ port = "original" }, epochs) =>
    port === "original" ? Math.min(15, Math.round((15 / 50) * epochs)) : 0,
  variant: ({ port = "original", partialChannels }) => ({
    partialChannels,
    edgeNormalisation: port === "original",
  }),
};
