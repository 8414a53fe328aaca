/** HTML from templates: what is filled in is escaped, unless it is markup itself. */
import { escapeMarkup } from "./escape-markup.js";

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Filling = Markup | string | number | null | readonly Filling[];

/** Null fills in nothing, a list all of its items. */
export const html = (strings: TemplateStringsArray, ...fillings: readonly Filling[]): Markup =>
  new Markup(strings.reduce((text, string, index) => text + textOf(fillings[index - 1] ?? null) + string));

function textOf(filling: Filling): string {
  if (filling === null) return "";
  if (filling instanceof Markup) return filling.text;
  if (typeof filling === "object") return filling.map(textOf).join("");
  return escapeMarkup(`${filling}`);
}

/** Data for a script of the page; it cannot end the element that holds it. */
export const jsonMarkup = (data: object): Markup =>
  new Markup(JSON.stringify(data).replaceAll("<", String.raw`\u003c`));
