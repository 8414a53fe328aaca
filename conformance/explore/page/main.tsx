/** The page's script: reads what it is to begin with, and draws the rest. */
import { render } from "preact";
import type { PageData } from "../subject.js";
import { App } from "./app.js";

const data = JSON.parse(document.getElementById("data")!.textContent!) as PageData;
render(<App data={data} />, document.getElementById("app")!);
