/** What lies in a folder and below it, as one value: everything that a reader of images decides by. */
import { breathe } from "../breathe.ts";
import { UserError } from "../errors.ts";
import { join } from "../io/paths.ts";
import { isImageName } from "./file_kinds.ts";
import { entriesIn } from "./read.ts";

/** A folder. Names are in composed form (NFC): a name that two systems wrote is one. */
export interface Folder {
  readonly name: string;
  readonly path: string;
  /** Images by their names and folders, in the order of their names. */
  readonly entries: readonly (string | Folder)[];
  /** Paths of files that are no images by their names. */
  readonly others: readonly string[];
  /** Paths of folders that a system or a program keeps for itself, and of links that lead back to where they lie. */
  readonly passedOver: readonly string[];
}

/** Folders that are no user's: of network disks, archives, editors and file systems. */
const systemFolders =
  /^(@(eadir|recycle|recently-snapshot|synoresource|synofinder|tmp|sharebin)|#(recycle|snapshot)|__macosx|__pycache__|lost\+found|found\.\d{3}|\$recycle\.bin|recycler|system volume information|network trash folder|temporary items)$/i;

const systemFiles = /^(thumbs\.db|desktop\.ini|icon\r?)$/i;

/** Entries between pauses, in which an abort is noticed. */
const stride = 2000;

/** How a folder is read. */
interface Reading {
  readonly signal?: AbortSignal | undefined;
  /** Hears of folders that cannot be listed, which then count as empty; without it they end the reading. */
  readonly onUnlisted?: (path: string, error: UserError) => void;
}

/**
 * Reads a folder with all that is below it, through links too, but for those to what is read already: each place once.
 * Throws a data error for one that cannot be listed, and the signal's reason.
 */
export async function readFolder(path: string, { signal, onUnlisted }: Reading = {}): Promise<Folder> {
  let seen = 0;
  const root = realPath(path) ?? path;
  const followed: string[] = [root];
  /** Whether a link leads to where nothing was read yet: neither below what was followed nor above it. */
  const isNew = (link: string): boolean => {
    const target = realPath(link);
    if (target === undefined) return false;
    const within = (inner: string, outer: string) => inner === outer || inner.startsWith(join(outer, "/"));
    if (followed.some((other) => within(target, other) || within(other, target))) return false;
    followed.push(target);
    return true;
  };
  const entriesOf = (path: string): Deno.DirEntry[] => {
    try {
      return entriesIn(path);
    } catch (error) {
      if (!onUnlisted || !(error instanceof UserError)) throw error;
      onUnlisted(path, error);
      return [];
    }
  };
  const read = async (path: string, name: string): Promise<Folder> => {
    const entries: (string | Folder)[] = [];
    const others: string[] = [];
    const passedOver: string[] = [];
    for (const entry of byComposedName(entriesOf(path))) {
      if (++seen % stride === 0) await breathe(signal);
      const inner = join(path, entry.name);
      if (entry.name.startsWith(".") || systemFiles.test(entry.name)) continue;
      if (!leadsToFolder(entry, inner)) {
        if (isImageName(entry.name)) entries.push(inner);
        else others.push(inner);
      } else if (systemFolders.test(entry.name) || (entry.isSymlink && !isNew(inner))) {
        passedOver.push(inner);
      } else entries.push(await read(inner, entry.name.normalize("NFC")));
    }
    return { name, path, entries, others, passedOver };
  };
  return await read(path, path);
}

/** In an order that depends neither on the form in which a system keeps names nor on the order in which it lists them. */
const byComposedName = (entries: readonly Deno.DirEntry[]): Deno.DirEntry[] =>
  entries.map((entry) => ({ entry, composed: entry.name.normalize("NFC") }))
    .sort((a, b) => order(a.composed, b.composed) || order(a.entry.name, b.entry.name))
    .map(({ entry }) => entry);

const order = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;

/** A path without links; undefined where it leads nowhere, or may not be looked at. */
function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

function leadsToFolder(entry: Deno.DirEntry, path: string): boolean {
  if (!entry.isSymlink) return entry.isDirectory;
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false; // a link that leads nowhere is named when it is decoded
  }
}

const isFolder = (entry: string | Folder): entry is Folder => typeof entry !== "string";

/** The folders directly in a folder. */
export const foldersIn = ({ entries }: Folder): Folder[] => entries.filter(isFolder);

/** Those of them that hold images, at any depth. */
export const imageFoldersIn = (folder: Folder): Folder[] => foldersIn(folder).filter(holdsImages);

/** Paths of the images directly in a folder. */
export const imagesDirectlyIn = ({ entries }: Folder): string[] =>
  entries.filter((entry) => typeof entry === "string");

/** Paths of the images in a folder and below it. */
export const imagesIn = ({ entries }: Folder): string[] =>
  entries.flatMap((entry) => isFolder(entry) ? imagesIn(entry) : [entry]);

export const holdsImages = ({ entries }: Folder): boolean =>
  entries.some((entry) => !isFolder(entry) || holdsImages(entry));

/** A folder and all below it. */
export const allFolders = (folder: Folder): Folder[] => [folder, ...foldersIn(folder).flatMap(allFolders)];
