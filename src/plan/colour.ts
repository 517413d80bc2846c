/**
 * Which maps may lie in one buffer. WebGPU forbids a dispatch to write a buffer that it also reads through another
 * binding, and compilers move loads past stores only where the two cannot meet. So the memory of maps has a few
 * *colours*, a chunk or more each, and what a dispatch writes should have another colour than what it reads.
 *
 * That must not cost dispatches: calls share one only while they read and write the same chunks. So all that the calls of
 * one group write has one colour, and all that they read through one slot. What hangs together by that is a *class*;
 * classes are few, and get colours by the classes that they should differ from and by the memory that they take.
 */
import { type Node, storedFloats } from "../graph/node.ts";
import type { Life } from "./lives.ts";
import type { Schedule } from "./schedule.ts";

/** How often every class may choose again, now that the others have chosen. */
const rounds = 3;

interface Class {
  readonly owners: Node[];
  /** The classes that it should differ from, and in how many dispatches. */
  readonly others: Map<Class, number>;
  colour: number;
}

/** Classes of the owners of memory for maps: see above. */
function classesOf({ groups, locate, small }: Schedule, owners: Iterable<Node>): Map<Node, Class> {
  const parents = new Map<Node, Node>();
  const first = (owner: Node): Node => {
    const parent = parents.get(owner);
    if (parent === undefined) return owner;
    const top = first(parent);
    parents.set(owner, top);
    return top;
  };
  const mapsOf = (nodes: readonly Node[]): Node[] =>
    nodes.map((node) => locate(node).owner).filter((owner) => !small(owner));
  const join = ([leader, ...others]: readonly Node[]): void => {
    for (const owner of others) {
      const [a, b] = [first(leader!), first(owner)];
      if (a !== b) parents.set(b, a);
    }
  };
  const touched = groups.flatMap((group) => {
    if (group.kind === "programs") return [];
    const written = mapsOf(group.items.map(({ output }) => output));
    const slots = group.items[0]!.call.bindings.map((_, slot) =>
      mapsOf(
        group.items.flatMap(({ call }) =>
          call.operands.flatMap((operand) => (operand.slot === slot ? [operand.node] : []))
        ),
      )
    );
    [written, ...slots].forEach(join);
    return written.length === 0 ? [] : [{ written, slots }];
  });
  const classes = new Map<Node, Class>();
  const found = new Map<Node, Class>();
  for (const owner of owners) {
    if (small(owner)) continue;
    const top = first(owner);
    const own: Class = classes.get(top) ?? { owners: [], others: new Map(), colour: -1 };
    classes.set(top, own);
    own.owners.push(owner);
    found.set(owner, own);
  }
  for (const { written, slots } of touched) {
    const out = found.get(written[0]!)!;
    for (const slot of slots) {
      const read = slot[0] && found.get(slot[0]);
      if (!read || read === out) continue;
      out.others.set(read, 1 + (out.others.get(read) ?? 0));
      read.others.set(out, 1 + (read.others.get(out) ?? 0));
    }
  }
  return found;
}

/** The colour of each owner of memory for maps: one of `colours`, from 0. */
export function colourMaps(
  plan: Schedule,
  lives: ReadonlyMap<Node, Life>,
  colours: number,
): ReadonlyMap<Node, number> {
  if (colours === 1) return new Map([...lives.keys()].map((owner) => [owner, 0]));
  const { length } = plan.groups;
  const found = classesOf(plan, lives.keys());
  const live = Array.from({ length: colours }, () => new Float64Array(length + 1));
  const put = ({ owners, colour }: Class, sign: 1 | -1): void => {
    for (const owner of owners) {
      const { born, dies } = lives.get(owner)!;
      const floats = sign * storedFloats(owner.shape);
      for (let time = born; time <= dies; time++) live[colour]![time]! += floats;
    }
  };
  const peaks = (): number => live.reduce((sum, floats) => sum + floats.reduce((a, b) => Math.max(a, b)), 0);
  const clashes = ({ others }: Class, colour: number): number =>
    [...others].reduce((sum, [other, count]) => sum + (other.colour === colour ? count : 0), 0);
  const size = ({ owners }: Class): number => owners.reduce((sum, { shape }) => sum + storedFloats(shape), 0);
  const classes = [...new Set(found.values())].toSorted((a, b) => size(b) - size(a));
  for (let round = 0; round < rounds; round++) {
    for (const own of classes) {
      if (own.colour >= 0) put(own, -1);
      let best = { colour: 0, clashes: Infinity, floats: Infinity };
      for (let colour = 0; colour < colours; colour++) {
        own.colour = colour;
        put(own, 1);
        const now = { colour, clashes: clashes(own, colour), floats: peaks() };
        put(own, -1);
        if (now.clashes < best.clashes || (now.clashes === best.clashes && now.floats < best.floats)) {
          best = now;
        }
      }
      own.colour = best.colour;
      put(own, 1);
    }
  }
  return new Map([...found].map(([owner, { colour }]) => [owner, colour]));
}
