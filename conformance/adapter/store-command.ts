/**
 * How stores are named in the place of an adapter: `store:URL`, or as many URLs as there are servers, with blanks
 * between.
 */
export const STORE_SCHEME = "store:";

/** The command as it may be shown: URLs of stores have users and passwords. */
export const shownCommand = (command: string): string =>
  command.startsWith(STORE_SCHEME) ? command.replaceAll(/\/\/[^/\s]*@/g, "//") : command;
