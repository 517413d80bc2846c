/**
 * Loaded before a command: its devices fail as this module's address says. `?fault=lost&at=10&at=20` is the 10th and 20th
 * submit, `at=0` the first that only compiles, `?fault=lost&from=10` is every one from the 10th on.
 */
import { type Fault, withFaults } from "./lost_device.ts";

const { searchParams: given } = new URL(import.meta.url);
const at = new Set(given.getAll("at").map(Number));
const from = Number(given.get("from") ?? Infinity);
const faults = withFaults(given.get("fault") as Fault, (submit) => submit >= from || at.delete(submit));
addEventListener("unload", () => console.error(`${faults.submits} submits`));
