/**
 * Reads values as Python and JSON write them: numbers, texts, lists, tuples, dicts, and calls of what only wraps them.
 */

export type Literal =
  | null
  | boolean
  | number
  | string
  | Bare
  | readonly Literal[]
  | { readonly [key: string]: Literal };

/** A name without quotes that stands where a value should: a variable, or a type such as `torch.int64`. */
export class Bare {
  constructor(readonly name: string) {}
}

/** A text that is no literal; the message says where and why. */
export class LiteralError extends Error {}

/** The parameters, in order, of the classes whose calls become objects of their fields. */
export type Classes = Readonly<Record<string, readonly string[]>>;

/** What a reader of values knows of where it is. */
interface Place {
  readonly text: string;
  readonly classes: Classes;
  at: number;
}

/** Deeper than any genotype; what nests without end would exhaust the stack. */
const deepest = 40;

/** The value that begins at `at`, and where it ends. Throws a {@link LiteralError}. */
export function readLiteral(text: string, at: number, classes: Classes): { value: Literal; end: number } {
  const place = { text, classes, at };
  const value = readValue(place, 0);
  return { value, end: place.at };
}

const constants: Readonly<Record<string, Literal>> = {
  None: null,
  null: null,
  True: true,
  true: true,
  False: false,
  false: false,
};

const numberPattern = /[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?L?(?![\w.])/y;
const namePattern = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
/** How Python shows what has no value in its language. */
const objectPattern = /<[^<>\n]*>/y;
const stringPattern = /[uUbBrR]{0,2}(?=["'])/y;

function readValue(place: Place, depth: number): Literal {
  if (depth > deepest) throw wrong(place, `lists nest deeper than ${deepest}`);
  const mark = next(place);
  if (mark === "[") return readItems(place, "]", depth).items;
  if (mark === "(") {
    const { items, comma } = readItems(place, ")", depth);
    return items.length === 1 && !comma ? items[0]! : items;
  }
  if (mark === "{") return readDict(place, depth);
  if (match(place, stringPattern) !== undefined) return readString(place);
  const digits = match(place, numberPattern);
  if (digits !== undefined) return Number(digits.replaceAll(/[_L]/g, ""));
  const object = match(place, objectPattern);
  if (object !== undefined) return new Bare(object);
  const start = place.at;
  const name = match(place, namePattern);
  if (name === undefined) throw wrong(place, `there should be a value, and there is ${here(place)}`);
  if (Object.hasOwn(constants, name)) return constants[name]!;
  return next(place) === "(" ? readCall(place, name, start, depth) : new Bare(name);
}

/** The items up to the closing mark, and whether a comma came before it. */
function readItems(place: Place, close: string, depth: number): { items: Literal[]; comma: boolean } {
  const items: Literal[] = [];
  const comma = readAll(place, close, () => void items.push(readValue(place, depth + 1)));
  return { items, comma };
}

/** Reads what stands between commas from an opening mark to its closing one; whether the last thing was a comma. */
function readAll(place: Place, close: string, readOne: () => void): boolean {
  const open = place.at++;
  let comma = false;
  for (;;) {
    const mark = next(place);
    if (mark === "") {
      throw wrong({ ...place, at: open }, `the ${place.text[open]} is never closed; the text may be cut off`);
    }
    if (mark === close) break;
    readOne();
    comma = next(place) === ",";
    if (comma) place.at++;
    else if (next(place) === "") continue;
    else if (next(place) !== close) {
      throw wrong(place, `there should be a comma or ${close}, and there is ${here(place)}`);
    }
  }
  place.at++;
  return comma;
}

function readDict(place: Place, depth: number): Literal {
  const entries = new Map<string, Literal>();
  readAll(place, "}", () => {
    const start = place.at;
    const key = readValue(place, depth + 1);
    const name = key instanceof Bare ? key.name : String(key);
    if (next(place) !== ":") throw wrong(place, "there should be a colon after a key");
    place.at++;
    add(entries, name, readValue(place, depth + 1), { ...place, at: start });
  });
  return Object.fromEntries(entries);
}

function add(entries: Map<string, Literal>, name: string, value: Literal, place: Place): void {
  if (entries.has(name)) throw wrong(place, `${shown(name)} is given twice`);
  entries.set(name, value);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

function readString(place: Place): string {
  const { text } = place;
  const start = place.at;
  const quote = text[place.at++]!;
  let value = "";
  for (let from = place.at;; place.at++) {
    const char = text[place.at];
    if (char === undefined || char === "\n") {
      throw wrong({ ...place, at: start }, `the text that begins with ${quote} is never closed`);
    }
    if (char !== quote && char !== "\\") continue;
    value += text.slice(from, place.at++);
    if (char === quote) return value;
    const [code, hex] = /^(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(text.slice(place.at, place.at + 5)) ??
      [];
    const escaped = text[place.at] ?? "";
    value += code === undefined
      ? escapes[escaped] ?? escaped
      : String.fromCharCode(parseInt(hex ?? code.slice(1), 16));
    place.at += (code?.length ?? 1) - 1;
    from = place.at + 1;
  }
}

/** Functions of Python, NumPy and PyTorch whose value is their first argument. */
const wrappers =
  /^(?:list|tuple|set|str_?|dict|OrderedDict|array|asarray|as_tensor|(?:Long|Int|Float)?[tT]ensor|u?int(?:c|p|_|8|16|32|64)?|long|float(?:_|16|32|64)?|double|bool_?)$/;

function readCall(place: Place, name: string, start: number, depth: number): Literal {
  const positional: Literal[] = [];
  const named = new Map<string, Literal>();
  readAll(place, ")", () => {
    const before = place.at;
    const keyword = match(place, /(\w+)\s*=(?!=)/y);
    if (keyword !== undefined) {
      add(named, keyword.replace(/\s*=$/, ""), readValue(place, depth + 1), { ...place, at: before });
    } else {
      positional.push(readValue(place, depth + 1));
      // A text that is cut off ends in half a name: said as what it is.
      if (named.size > 0 && next(place) !== "") {
        throw wrong({ ...place, at: before }, "an argument without a name comes after one with a name");
      }
    }
  });
  const at = { ...place, at: start };
  const own = name.split(".").at(-1)!;
  if (Object.hasOwn(place.classes, own)) return fieldsOf(place.classes[own]!, positional, named, own, at);
  if (own === "range" || own === "arange") return range(positional, at);
  if (!wrappers.test(own)) throw wrong(at, `${shown(`${name}(…)`)} is a call that only Python can make`);
  if (/dict$/i.test(own)) return dict(positional[0] ?? [], named, at);
  return positional[0] ?? [];
}

/** What a call of a class says of each of its fields. */
function fieldsOf(
  fields: readonly string[],
  positional: readonly Literal[],
  named: ReadonlyMap<string, Literal>,
  name: string,
  place: Place,
): Literal {
  if (positional.length > fields.length) {
    throw wrong(place, `${name}(…) has ${positional.length} arguments, and takes ${fields.join(", ")}`);
  }
  const values = new Map(positional.map((value, i) => [fields[i]!, value]));
  for (const [field, value] of named) {
    if (!fields.includes(field)) {
      throw wrong(place, `${name}(…) has ${shown(field)}, and takes ${fields.join(", ")}`);
    }
    add(values, field, value, place);
  }
  return Object.fromEntries(values);
}

function dict(first: Literal, named: ReadonlyMap<string, Literal>, place: Place): Literal {
  if (typeof first !== "object" || first === null || first instanceof Bare) {
    throw wrong(place, "a dict is made of something else than pairs");
  }
  const pairs = Array.isArray(first) ? first as Literal[] : Object.entries(first);
  const entries = new Map<string, Literal>();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw wrong(place, "a dict is made of something else than pairs");
    }
    add(entries, String(pair[0]), pair[1], place);
  }
  for (const [key, value] of named) add(entries, key, value, place);
  return Object.fromEntries(entries);
}

/** Longer than any cell's list of nodes: what a range holds beyond is missing from the cell already here. */
const longestRange = 1000;

function range(bounds: readonly Literal[], place: Place): number[] {
  const whole = bounds.filter((bound) => Number.isInteger(bound)) as number[];
  if (whole.length !== bounds.length || whole.length < 1 || whole.length > 3 || whole[2] === 0) {
    throw wrong(place, "a range is of whole numbers, as in range(2, 6)");
  }
  const [from, to, step = 1] = whole.length === 1 ? [0, whole[0]!] : whole as [number, number, number?];
  const length = Math.min(longestRange, Math.max(0, Math.ceil((to - from) / step)));
  return Array.from({ length }, (_, i) => from + step * i);
}

/** Goes past white space and comments to the next character, which it returns; "" at the end. */
function next(place: Place): string {
  for (;;) {
    match(place, /\s+/y);
    if (place.text[place.at] !== "#") return place.text[place.at] ?? "";
    const end = place.text.indexOf("\n", place.at);
    place.at = end < 0 ? place.text.length : end;
  }
}

/** What the pattern matches here, which it goes past. */
function match(place: Place, pattern: RegExp): string | undefined {
  pattern.lastIndex = place.at;
  const found = pattern.exec(place.text)?.[0];
  place.at += found?.length ?? 0;
  return found;
}

/** Characters of a text that a message quotes. */
const mostQuoted = 40;

const shown = (text: string): string => text.length > mostQuoted ? `${text.slice(0, mostQuoted)}…` : text;

/** The word or mark at a place. */
const here = ({ text, at }: Place): string =>
  /^(?:\w+|[^])/.exec(text.slice(at, at + mostQuoted))?.[0] ?? "the end";

/** The error for what is wrong at a place in a text. */
export function wrong({ text, at }: Pick<Place, "text" | "at">, what: string): LiteralError {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  return new LiteralError(`line ${line}, column ${column}: ${what}`);
}
