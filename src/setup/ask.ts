/**
 * Loaded before a program of one's own, so that it finds the adapter that the commands use, and that its paths are from
 * where the user stands: see `deno task run`.
 */
import { elsewhere } from "../environment.ts";
import { askForAdapter } from "./driver.ts";

askForAdapter();
const from = elsewhere();
if (from !== undefined) Deno.chdir(from);
