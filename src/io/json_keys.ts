/** Finding a key given twice, which `JSON.parse` passes over in silence. */

/** The first key that occurs twice in one object of valid JSON `text`, at any depth, or undefined. */
export function duplicateKey(text: string): string | undefined {
  /** The keys of each object or list that is open. */
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "{" || char === "[") open.push(new Set());
    else if (char === "}" || char === "]") open.pop();
    else if (char === '"') {
      const start = at++;
      while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
      const seen = open.at(-1);
      if (seen && isKey(text, at + 1)) {
        const key = JSON.parse(text.slice(start, at + 1)) as string;
        if (seen.has(key)) return key;
        seen.add(key);
      }
    }
  }
  return undefined;
}

/** Whether a string that ended before `at` is a key: a colon follows. */
function isKey(text: string, at: number): boolean {
  while (/\s/.test(text[at] ?? "")) at++;
  return text[at] === ":";
}
