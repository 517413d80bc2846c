/** What a command is, as data: the command line and its tests read this of each. */
import { z } from "zod";
import { type Fields, fieldsOf, type Groups, type SettingsUnder } from "../fields.ts";

/** The settings of all headings, and no others. */
const schemaOf = <G extends Groups>(groups: G): z.ZodObject<Fields<G>, z.core.$strict> =>
  z.strictObject(fieldsOf(groups));

/** What a command line of a command may hold. */
export interface CommandShape {
  readonly name: string;
  readonly summary: string;
  /** Lines a user may copy, without the words that start a command. */
  readonly examples: readonly string[];
  /** Keys taken by position, in order, instead of by flag; a list, which is the last, takes all words that are left. */
  readonly positionals: readonly string[];
  readonly groups: Groups;
  readonly schema: z.ZodObject;
  /** Other ways to use the command, each with settings of its own. */
  readonly modes?: readonly CommandShape[];
  /** What chooses this way to use a command; of its usual settings those that this way lacks are refused. */
  readonly chosenBy?: {
    /** The setting whose flag chooses it. */
    readonly key: string;
    readonly usual: Groups;
    /** Why the others are refused, after "is a setting of". */
    readonly why: string;
  };
  /** What takes the place of a preset's settings, from those and what was given. */
  readonly published?: (given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** Of settings that `complete` fills, those that it fills them by: a run's record has what followed from its own. */
  readonly derived?: Readonly<Record<string, readonly string[]>>;
  /** Of some settings those that the command does not read under these, and in words what would: a user is told. */
  readonly unread?: (
    config: Readonly<Record<string, unknown>>,
    keys: readonly string[],
  ) => { readonly keys: readonly string[]; readonly why: string };
  /** Switches that cannot be typed together, and why. */
  readonly apart?: readonly (readonly [one: string, other: string, why: string])[];
  /** Tables a `preset` setting chooses from; none where the command has no presets. */
  readonly presets?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** One command with settings of type `Config`. */
export interface CommandSpec<Config> extends CommandShape {
  /** Fills what the user left open and checks settings against each other; `given` is what was not left open. */
  complete(parsed: Record<string, unknown>, given: Record<string, unknown>): Config;
  /** Whether the command needs an adapter under these settings. */
  needsAdapter(config: Config): boolean;
  /**
   * The exit code of a first Ctrl-C where that ends it there and then, as it has nothing to save and nothing to clear
   * away: 130 of what is interrupted, 0 of what has no other end.
   */
  readonly endsAtOnce?: 130 | 0;
}

/** The settings under those headings as a user may give them. */
export type Unparsed<G extends Groups> = z.input<z.ZodObject<Fields<G>>>;
/** The settings under those headings as the schema gives them: defaults are filled in. */
export type Parsed<G extends Groups> = SettingsUnder<G>;

/**
 * A command from what it has of its own: its settings are by flag and complete as they are given, and it needs an
 * adapter, unless it says otherwise. The cast is safe because `resolve` parses with the schema.
 */
export const define = <G extends Groups, Config = Parsed<G>>(
  spec:
    & Omit<CommandShape, "positionals" | "groups" | "schema">
    & Partial<Pick<CommandSpec<Config>, "positionals" | "needsAdapter" | "endsAtOnce">>
    & { groups: G; complete?: (parsed: Parsed<G>, given: Readonly<Record<string, unknown>>) => Config },
): CommandSpec<Config> =>
  ({
    positionals: [],
    schema: schemaOf(spec.groups),
    complete: (parsed: Config) => parsed,
    needsAdapter: () => true,
    ...spec,
  }) as unknown as CommandSpec<Config>;
