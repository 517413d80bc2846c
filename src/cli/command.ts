/**
 * The library that reads command lines, in one place: commander under the import-map name of cliffy's command
 * module, so that the day cliffy can be had this file and its one user, `flags.ts`, change and nothing else.
 */
export {
  Command,
  CommanderError,
  type HelpConfiguration,
  Option,
} from "npm:@commander-js/extra-typings@15.1.0";
