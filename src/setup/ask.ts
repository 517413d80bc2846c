/**
 * Loaded before a program of the user's (`deno task run`): makes it find the adapter that the commands use, and
 * resolve paths from the folder that the user is in.
 */
import { elsewhere } from "../environment.ts";
import { askForAdapter } from "./driver.ts";

askForAdapter();
const from = elsewhere();
if (from !== undefined) Deno.chdir(from);
