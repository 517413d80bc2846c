/** The few path operations the project needs, over Node's own, which know each system's rules. */
export { fileURLToPath as fromFileUrl } from "node:url";
export { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
