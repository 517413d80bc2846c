/**
 * Where the parts of a cell's drawing stand. d3-dag orders each layer for few crossings and spaces it; layers
 * become columns from left to right. Inside a column every edge runs level, on the lane it owns; it changes
 * height only in the gaps between columns, where there is nothing to cross but other edges.
 */
import { coordSimplex, decrossOpt, decrossTwoLayer, type GraphLink, layeringSimplex, sugiyama } from "d3-dag";
import type { GraphNode as DagNode } from "d3-dag";
import type { CellGraph, Place, Route } from "./cell_graph.ts";
import { max, range } from "./d3.ts";

/** A box with its centre. */
export interface Box extends Place {
  readonly x: number;
  readonly y: number;
}

/** A drawn link: points joined by curves that leave and arrive level. */
export interface Wire {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly edge?: NonNullable<Route["edge"]>;
}

export interface CellLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly wires: readonly Wire[];
}

type Node = DagNode<Place, undefined>;

const margin = 10;
/** Vertical room between neighbours of a column, and the least between columns. */
const spacing = 12;
const leastGap = 34;
/** Distance of the links that share one side of a box. */
const portSpacing = 9;

const isLane = (node: Node): boolean => node.data.kind === "lane";

/** Long edges are kept level first, then what leads into them, as in Gansner et al., 1993. */
function levelness({ source, target }: GraphLink<Place, undefined>): readonly [number, number, number] {
  const weight = [1, 2, 8][Number(isLane(source)) + Number(isLane(target))]!;
  return [weight, weight, weight];
}

/** Up to this many wires, a cell of five nodes, the fewest crossings are found exactly in 0.1 s; then by a heuristic. */
const exactUpTo = 25;

const arrange = sugiyama()
  .layering(layeringSimplex().rank((node: Node) => node.data.layer))
  .coord(coordSimplex().weight(levelness))
  .nodeSize((node: Node) => [node.data.height, 1] as const)
  .gap([spacing, 0]);

/** The columns' centres and widths; steep links widen the gap they cross. */
function columns(nodes: readonly Node[], height: (node: Node) => number) {
  const count = 1 + max(nodes, (node) => node.data.layer)!;
  const widths = range(count).map((layer) =>
    max(nodes.filter((node) => node.data.layer === layer), (node) => node.data.width) ?? 0
  );
  const gaps = range(count).map((layer) => {
    const climbs = nodes.filter((node) => node.data.layer === layer)
      .flatMap((node) => [...node.children()].map((child) => Math.abs(height(child) - height(node))));
    return Math.min(72, leastGap + 0.2 * (max(climbs) ?? 0));
  });
  let left = margin;
  return range(count).map((layer) => {
    const width = widths[layer]!;
    const column = { centre: left + width / 2, left, right: left + width };
    left += width + gaps[layer]!;
    return column;
  });
}

/** Heights at which the links on one side of a box meet it, ordered as their other ends are. */
function ports(routes: readonly Route[], side: "out" | "in", height: (node: Node) => number) {
  const own = (route: Route) => side === "out" ? route.path[0]! : route.path.at(-1)!;
  const far = (route: Route) => side === "out" ? route.path[1]! : route.path.at(-2)!;
  return (route: Route): number => {
    const box = own(route);
    const rivals = routes.filter((other) => own(other) === box).sort((a, b) =>
      height(far(a)) - height(far(b))
    );
    const step = Math.min(portSpacing, (box.data.height - 12) / Math.max(1, rivals.length - 1));
    return height(box) + (rivals.indexOf(route) - (rivals.length - 1) / 2) * step;
  };
}

/** Lays the graph out. The first input never stands below the second. */
export function layoutCell({ graph, routes }: CellGraph): CellLayout {
  const decross = routes.length <= exactUpTo ? decrossOpt().check("oom") : decrossTwoLayer();
  const { width: across } = arrange.decross(decross)(graph);
  const nodes = [...graph.nodes()];
  const [first, second] = nodes.filter(({ data }) => data.kind === "input")
    .sort((a, b) => a.data.index - b.data.index);
  const flipped = second !== undefined && first!.x > second.x;
  const height = (node: Node): number => margin + (flipped ? across - node.x : node.x);
  const column = columns(nodes, height);
  const [leaves, arrives] = [ports(routes, "out", height), ports(routes, "in", height)];

  const wires = routes.map((route): Wire => {
    const from = route.path[0]!, to = route.path.at(-1)!;
    const start = column[from.data.layer]!, end = column[to.data.layer]!;
    const [y0, y1] = [leaves(route), arrives(route)];
    const points: [number, number][] = [
      [start.centre + from.data.width / 2, y0],
      [start.right, y0],
      ...route.path.slice(1, -1).flatMap((lane): [number, number][] => {
        const { left, right } = column[lane.data.layer]!;
        return [[left, height(lane)], [right, height(lane)]];
      }),
      [end.left, y1],
      [end.centre - to.data.width / 2, y1],
    ];
    return route.edge ? { points, edge: route.edge } : { points };
  });

  const boxes = nodes.filter((node) => !isLane(node))
    .map((node): Box => ({ ...node.data, x: column[node.data.layer]!.centre, y: height(node) }));
  return { width: column.at(-1)!.right + margin, height: across + 2 * margin, boxes, wires };
}
