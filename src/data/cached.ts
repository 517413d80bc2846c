/** What the data room keeps in the cache, for who empties it. */
import { cifar100Set, cifar10Set } from "./cifar_layouts.ts";
import { fashionMnistFiles } from "./fashion_mnist.ts";
import { decodedName } from "./image_cache.ts";

/** Data sets as they were downloaded, by the folder in the cache in which their files lie. */
const downloads: Readonly<Record<string, readonly string[]>> = {
  "": [cifar10Set, cifar100Set].map(({ archive }) => archive.name),
  "fashion-mnist": fashionMnistFiles.map(({ name }) => name),
};

/** The folders of the cache that files of data lie in; "" is the cache itself. */
export const dataFolders: readonly string[] = Object.keys(downloads);

/** What a file of that name in one of those folders is, or was to become; undefined for one that is not this project's. */
export function dataOf(folder: string, name: string): "images" | "downloads" | undefined {
  // Written whole under another name, and left so by a process that was killed.
  const whole = /^\.(.+)\.\d+\.tmp$/.exec(name)?.[1] ?? name;
  if (downloads[folder]?.includes(whole)) return "downloads";
  return folder === "" && decodedName.test(whole) ? "images" : undefined;
}
