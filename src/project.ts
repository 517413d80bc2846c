/**
 * Name and version of the project. A package has no deno.json, so they are repeated here; a test checks that they
 * agree.
 */
export const project = { name: "@ms-darts/ms-darts", version: "0.1.0" };
