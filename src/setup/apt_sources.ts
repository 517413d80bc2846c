/** Debian's package sources as data: finds the archive in use and writes a source for its backports. */

/** A source file as found under the apt configuration. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/**
 * A source for `CODENAME-backports` on the mirror, with the keys and options, that the release itself comes from:
 * name and content of a file for apt. Undefined where the backports are configured already or no source of the
 * release is found.
 */
export function backportsSource(files: readonly SourceFile[], codename: string): SourceFile | undefined {
  const suite = `${codename}-backports`;
  const entries = files.flatMap((file) =>
    file.name.endsWith(".sources") ? stanzas(file.text) : lines(file.text)
  );
  if (entries.some((entry) => entry.suites.includes(suite))) return undefined;
  const release = entries.find((entry) => entry.suites.includes(codename));
  return release && { name: `ms-darts-backports.${release.format}`, text: release.withSuite(suite) };
}

/** One source of either format. */
interface Entry {
  readonly format: "list" | "sources";
  readonly suites: readonly string[];
  withSuite(suite: string): string;
}

/** `deb [options] URI suite component…`, one a line. */
function lines(text: string): Entry[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+\S/.exec(line);
    if (match === null) return [];
    const [, options = "", uri, suite] = match;
    return [{
      format: "list" as const,
      suites: [suite!],
      withSuite: (wanted: string) => `deb ${options}${uri} ${wanted} main\n`,
    }];
  });
}

/** Paragraphs of `Field: value` with continuation lines, as deb822 has them. */
function stanzas(text: string): Entry[] {
  const kept = text.split("\n").filter((line) => !line.startsWith("#")).join("\n");
  return kept.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string) =>
      new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t].*)*)`, "im").exec(stanza)?.[1] ?? "";
    if (!field("Types").split(/\s+/).includes("deb") || /^no$/i.test(field("Enabled").trim())) return [];
    return [{
      format: "sources" as const,
      suites: field("Suites").trim().split(/\s+/),
      withSuite: (suite: string) =>
        ["Types: deb", `URIs: ${field("URIs").trim()}`, `Suites: ${suite}`, "Components: main"]
          .concat(field("Signed-By").trim() === "" ? [] : [`Signed-By: ${field("Signed-By")}`])
          .join("\n") + "\n",
    }];
  });
}
