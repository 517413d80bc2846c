/** What a command is, as data: the command line and its tests read this of each. */
import type { z } from "zod";

/** What a command line of a command may hold. */
export interface CommandShape {
  readonly name: string;
  readonly summary: string;
  /** Lines a user may copy, without the leading `npx -y deno task`. */
  readonly examples: readonly string[];
  /** Keys taken by position, in order, instead of by flag. */
  readonly positionals: readonly string[];
  /** The settings under the headings of the help. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>>;
  readonly schema: z.ZodObject;
  /** What takes the place of a preset's settings, from those and what was given. */
  readonly published?: (given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** Tables a `preset` setting chooses from; none where the command has no presets. */
  readonly presets?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** One command with settings of type `Config`. */
export interface CommandSpec<Config> extends CommandShape {
  /** Fills what the user left open and checks settings against each other; `given` is what was not left open. */
  complete(parsed: Record<string, unknown>, given: Record<string, unknown>): Config;
  /** Whether the command needs an adapter under these settings. */
  needsAdapter(config: Config): boolean;
  /** Whether a first Ctrl-C ends it there and then: it has nothing to save and nothing to clear away. */
  readonly endsAtOnce?: true;
}
