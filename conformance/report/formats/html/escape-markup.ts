const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as XML and HTML have it, in elements and in attributes with double quotes. */
export const escapeMarkup = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
