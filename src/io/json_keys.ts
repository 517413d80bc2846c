/** Finding a key given twice, which `JSON.parse` passes over in silence. */

/** The first key that occurs twice in the outermost object of valid JSON `text`, or undefined. */
export function duplicateKey(text: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") depth--;
    else if (char === '"') {
      const start = at++;
      while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
      if (depth === 1 && isKey(text, at + 1)) {
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
