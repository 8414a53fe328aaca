/** XML, as far as reports need it. */
import { escapeMarkup } from "./html/escape-markup.js";

type Attributes = Readonly<Record<string, string | number>>;

/** An element on lines of its own: around text, or around other elements. Ends in a line feed. */
export function element(name: string, attributes: Attributes, content: string | readonly string[]): string {
  const start = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeAttribute(`${value}`)}"`)];
  if (typeof content === "string") {
    return content === "" ? `<${start.join(" ")}/>\n` : `<${start.join(" ")}>${escapeText(content)}</${name}>\n`;
  }
  return `<${start.join(" ")}>\n${content.join("")}</${name}>\n`;
}

/** What XML 1.0 has no place for, not even as a reference, becomes the replacement character. */
const escapeText = (text: string): string =>
  escapeMarkup(text.replaceAll(/(?![\t\r\n])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD"));

/** Line ends in attributes would be read as blanks. */
const escapeAttribute = (text: string): string =>
  escapeText(text).replaceAll(/[\t\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
