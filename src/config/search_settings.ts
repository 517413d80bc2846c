/** The settings of a search for who has no command line. */
import { completeSearch } from "./derive.ts";
import { publishedSearch } from "./presets.ts";
import { resolve } from "./resolve.ts";
import type { SearchConfig, SearchInput } from "./search_config.ts";
import { searchCommand } from "./spec.ts";
import type { Subject } from "./subject.ts";

/**
 * The complete settings of a search: what is given, above a preset (`quick` where none is named), above the defaults.
 * A method or space of one's own says what the settings leave open; give its name to none of them.
 *
 * @throws UserError for a value that does not fit, naming the setting and what it must be
 */
export function searchSettings(given: SearchInput, own: Partial<Subject> = {}): SearchConfig {
  const command = {
    ...searchCommand,
    published: (chosen: Readonly<Record<string, unknown>>) => publishedSearch(chosen, own),
    complete: (parsed: Parameters<typeof completeSearch>[0]) => completeSearch(parsed, own),
  };
  return resolve(command, { flags: {}, file: { path: "the settings given", text: "", settings: given } });
}
