/** Name and version of the project. A package has no deno.json, so they stand here too; a test holds them equal. */
export const project = { name: "@ms-darts/ms-darts", version: "0.1.0" };
