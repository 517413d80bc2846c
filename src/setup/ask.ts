/** Loaded before a program of one's own, so that it finds the adapter that the commands use: see `deno task run`. */
import { askForAdapter } from "./driver.ts";

askForAdapter();
