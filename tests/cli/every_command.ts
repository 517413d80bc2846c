/** All commands, those of the benchmarks included. */
import { benchCommands } from "../../bench/settings.ts";
import { commands } from "../../src/config/spec.ts";

export const everyCommand = { ...commands, ...benchCommands };
