/** The rooms as a table, and as a picture of who imports whom. */
import {
  coordSimplex,
  decrossTwoLayer,
  type Graph,
  graph,
  type GraphNode,
  layeringSimplex,
  sugiyama,
} from "d3-dag";
import config from "../../deno.json" with { type: "json" };
import { textWidth } from "../../src/report/cell_graph.ts";
import { curveBumpY, line } from "../../src/report/d3.ts";
import { type Markup, markup, raw } from "../../src/report/markup.ts";
import { roles, themeCss } from "../../src/report/theme.ts";
import { importsOf, roomOf, sourcesIn } from "../imports.ts";
import { type Area, type Room, rooms } from "../rooms.ts";
import css from "./architecture.css" with { type: "text" };
import { code, link, table } from "./markdown.ts";

export const roomTable = (): string =>
  table(
    ["room", "what lies there", "read first"],
    rooms.map(({ name, holds, first }) => [code(name), holds, link(first, `../${name}/${first}`)]),
  );

/** Rooms that are no boxes: one imports everything, one is imported by nearly all, one is no TypeScript. */
const apart = ["bench", "src", "shaders"];

/** The rooms that each room imports from. */
function imported(): Map<string, Set<string>> {
  const shown = rooms.map(({ name }) => name).filter((name) => !apart.includes(name));
  const found = new Map(shown.map((name) => [name, new Set<string>()]));
  for (const source of ["src", "pipelines"].flatMap((floor) => [...sourcesIn(floor)])) {
    const from = roomOf(source.path);
    for (const to of importsOf(source).map(roomOf)) {
      if (to !== from && found.has(to)) found.get(from)?.add(to);
    }
  }
  return found;
}

/** Without what is imported by way of others as well: it can be read off the rest. */
function reduced(imports: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string[]> {
  const reaches = (from: string, to: string): boolean =>
    [...imports.get(from)!].some((next) => next === to || reaches(next, to));
  return new Map(
    [...imports].map(([from, all]) => [
      from,
      [...all].filter((to) => ![...all].some((other) => other !== to && reaches(other, to))),
    ]),
  );
}

/** The rooms that are parts of the library: programs import from their doors. */
const parts = new Set(Object.values(config.exports).map((path) => roomOf(path.replace("./", ""))));

/** Lines of code of a room, to the power of two below, so that the picture stays while the code moves a little. */
function sizes(): Map<string, number> {
  const lines = new Map<string, number>();
  for (const { path, text } of ["src", "pipelines"].flatMap((floor) => [...sourcesIn(floor)])) {
    const room = roomOf(path);
    lines.set(room, (lines.get(room) ?? 0) + text.split("\n").length);
  }
  return new Map([...lines].map(([room, count]) => [room, 2 ** Math.floor(Math.log2(count))]));
}

interface Box {
  readonly room: Room;
  readonly width: number;
  readonly height: number;
}

const margin = 24;
/** Between boxes of a level, and between levels. */
const gaps = [24, 34] as const;
/** Of the heading and the legend. */
const [head, foot] = [64, 58];

/** Taller for more code: 5 pixels for twice as much, from 64 lines on. */
const boxOf = (room: Room, lines: number): Box => ({
  room,
  width: Math.max(textWidth(titleOf(room)) * 1.12, textWidth(room.short) * 0.86, 84) + 22,
  height: 40 + 5 * Math.max(0, Math.log2(lines / 64)),
});

const titleOf = ({ name }: Room): string => name.replace("src/", "").replace("pipelines/", "");

const areas: Readonly<Record<Area, string>> = {
  commands: "the commands and what they are made of",
  search: "what is searched, and how",
  engine: "the engine",
  around: "settings, data, files, reports",
};

/** The legend, one swatch after the other, two rows. */
function legend(top: number): Markup {
  const entries = [
    ...Object.entries(areas).map(([type, name]) => ({ type, name })),
    { type: "public", name: "a part of the library" },
  ];
  const left = [margin, margin + 320, margin + 560];
  return markup`${
    entries.map(({ type, name }, i) => {
      const [x, y] = [left[i % 3]!, top + 24 * Math.floor(i / 3)];
      return markup`<rect class="room ${type}" x="${x}" y="${y}" width="22" height="14" rx="4"/><text class="small" x="${
        x + 30
      }" y="${y + 11}">${name}</text>`;
    })
  }`;
}

/** Of an arrow's head. */
const arrow = 8;

/** Half the height of each level, by the height that it stands at: in it links run straight, and between them curved. */
function levelsOf(dag: Graph<Box, undefined>): Map<number, number> {
  const halves = new Map<number, number>();
  for (const { y, data } of dag.nodes()) halves.set(y, Math.max(halves.get(y) ?? 0, data.height / 2));
  return halves;
}

/** Rounded for the file. */
const at = (value: number): string => String(Math.round(10 * value) / 10);

/** The picture as the text of an SVG file. */
export function architectureSvg(): string {
  const lines = sizes();
  const imports = reduced(imported());
  const dag = graph<Box, undefined>();
  const nodes = new Map(
    rooms.filter(({ name }) => imports.has(name)).map((room) =>
      [room.name, dag.node(boxOf(room, lines.get(room.name)!))] as const
    ),
  );
  for (const [from, all] of imports) {
    for (const to of all) dag.link(nodes.get(from)!, nodes.get(to)!, undefined);
  }
  const size = ({ data }: GraphNode<Box, undefined>) => [data.width, data.height] as const;
  const { width: across, height: down } = sugiyama()
    .layering(layeringSimplex())
    .decross(decrossTwoLayer())
    .coord(coordSimplex())
    .nodeSize(size)
    .gap(gaps)(dag);
  const halves = levelsOf(dag);
  const curve = line<readonly [number, number]>().x(([x]) => x).y(([, y]) => y).curve(curveBumpY).digits(1);
  const wires = [...dag.links()].map(({ source, target, points }) => {
    const end = target.y - target.data.height / 2;
    const way: [number, number][] = [
      [source.x, source.y + source.data.height / 2],
      [source.x, source.y + halves.get(source.y)!],
      ...points.slice(1, -1).flatMap(([x, y]): [number, number][] => {
        const half = halves.get(y)!;
        return [[x, y - half], [x, y + half]];
      }),
      [target.x, target.y - halves.get(target.y)! - arrow],
      [target.x, end - arrow],
    ];
    return markup`<path class="wire" d="${curve(way)!}"/><path class="arrow" d="M${at(target.x - 4)} ${
      at(end - arrow)
    }L${at(target.x)} ${at(end)}L${at(target.x + 4)} ${at(end - arrow)}Z"/>`;
  });
  const boxes = [...dag.nodes()].map(({ x, y, data: { room, width, height } }) => {
    const type = `room ${room.area}${parts.has(room.name) ? " public" : ""}`;
    return markup`<rect class="${type}" x="${at(x - width / 2)}" y="${at(y - height / 2)}" width="${
      at(width)
    }" height="${at(height)}" rx="9"/><text class="name" x="${at(x)}" y="${at(y - 2)}">${
      titleOf(room)
    }</text><text class="small middle" x="${at(x)}" y="${at(y + 13)}">${room.short}</text>`;
  });
  const width = Math.max(across, 800) + 2 * margin;
  const height = head + down + foot + margin;
  const shift = (width - across) / 2;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${at(width)} ${at(height)}" width="${
    at(width)
  }" height="${
    at(height)
  }" role="img" aria-labelledby="rooms-title rooms-desc" font-family="sans-serif"><title id="rooms-title">The rooms, and who imports whom</title><desc id="rooms-desc">${
    describe(imports)
  }</desc><style>${raw(themeCss(roles) + css)}</style><rect class="backdrop" x="0.5" y="0.5" width="${
    at(width - 1)
  }" height="${
    at(height - 1)
  }" rx="8"/><text class="heading" x="${margin}" y="30">The rooms, and who imports whom</text><text class="small" x="${margin}" y="49">An arrow goes from a room to one that it imports from, unless others in between lead there too. Taller boxes have more code.</text><g transform="translate(${
    at(shift)
  } ${head})">${wires}${boxes}</g>${legend(head + down + 28)}</svg>
`.text;
}

/** The picture in words. */
const describe = (imports: ReadonlyMap<string, readonly string[]>): string =>
  [...imports].filter(([, all]) => all.length > 0).map(([from, all]) => `${from} imports ${all.join(", ")}`)
    .join("; ");
