/** Adds a value to the list of a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** The indices from 0 on, which `parts` share out, in order again: cut wherever the next one is of another part. */
export function runs(parts: readonly (readonly number[])[]): number[][] {
  const of = parts.flatMap((part, p) => part.map((i) => [i, p] as const)).sort(([a], [b]) => a - b);
  return of.reduce<number[][]>((cut, [i, p], k) => {
    if (p === of[k - 1]?.[1]) cut.at(-1)!.push(i);
    else cut.push([i]);
    return cut;
  }, []);
}
