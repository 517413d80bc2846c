/** The launchers by their names. */
import type { CompareConfig } from "../../src/config/compare.ts";
import { kubernetes } from "./kubernetes.ts";
import type { Launcher } from "./launcher.ts";
import { local } from "./local.ts";
import { slurm } from "./slurm.ts";

export const launchers: Readonly<Record<CompareConfig["launcher"], Launcher>> = { local, slurm, kubernetes };
