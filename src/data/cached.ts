/** Which files of the cache are data sets or decoded images, for the command that empties it. */
import { basename } from "../io/paths.ts";
import { cifar100Set, cifar10Set } from "./cifar_layouts.ts";
import { fashionMnistFiles } from "./fashion_mnist.ts";
import { notedName, wasFetched } from "./fetched.ts";
import { decodedName } from "./image_cache.ts";

/** Data sets as they were downloaded, by the folder in the cache in which their files lie. */
const downloads: Readonly<Record<string, readonly string[]>> = {
  "": [cifar10Set, cifar100Set].map(({ archive }) => archive.name),
  "fashion-mnist": fashionMnistFiles.map(({ name }) => name),
};

/** The folders of the cache that files of data lie in; "" is the cache itself. */
export const dataFolders: readonly string[] = Object.keys(downloads);

/**
 * What the file at a path in one of those folders is, or was to become; undefined for one that is not this project's,
 * as a data set that the user put there.
 */
export function dataOf(folder: string, path: string): "images" | "downloads" | undefined {
  const name = basename(path);
  // Written whole under another name, and left so by a process that was killed.
  const begun = /^\.(.+)\.\d+\.tmp$/.exec(name)?.[1];
  const whole = begun ?? name;
  const noted = notedName(whole);
  const published = downloads[folder] ?? [];
  if (noted !== undefined && published.includes(noted)) return "downloads";
  if (published.includes(whole)) return begun !== undefined || wasFetched(path) ? "downloads" : undefined;
  return folder === "" && decodedName.test(whole) ? "images" : undefined;
}
