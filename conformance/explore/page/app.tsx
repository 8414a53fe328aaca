/** The whole page: what it is about, the verdict, and the walk. */
import { useEffect, useMemo, useReducer, useRef } from "preact/hooks";
import { Session } from "../session.js";
import { hashOf, type PageData, readHash, type Subject } from "../subject.js";
import { Chooser } from "./chooser.js";
import { Editor } from "./editor.js";
import { Explorer } from "./explorer.js";
import { SystemStory } from "./system-story.js";
import { SystemVerdict, TableVerdict } from "./verdict.js";

/** After the last key. */
const TYPING_MS = 250;

export function App({ data }: { readonly data: PageData }) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const session = useMemo(() => new Session(data.subject, data.scope, () => redraw(null)), [data]);
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** What is typed, until it is looked at. */
  const draft = useRef<string | null>(null);
  const open = (subject: Subject, steps: readonly number[] = []) => {
    clearTimeout(typing.current);
    draft.current = null;
    void session.open(subject, steps);
  };
  useEffect(() => {
    const openHash = () => {
      const { subject, steps } = readHash(location.hash, data);
      open(subject, steps);
    };
    openHash();
    addEventListener("hashchange", openHash);
    return () => removeEventListener("hashchange", openHash);
  }, [session]);

  const { subject, journey, problems, complaint, report, known } = session;
  /** Where one stands is written into the URL, without an entry in the browser's history for every step. */
  const arrive = () => {
    const hash = hashOf(session.subject, session.journey?.steps ?? [], data);
    history.replaceState(null, "", hash === "" ? location.href.replace(/#.*/, "") : `#${hash}`);
    redraw(null);
  };
  const edit = (text: string) => {
    if (subject.kind !== "table") return;
    draft.current = text;
    redraw(null);
    clearTimeout(typing.current);
    typing.current = setTimeout(() => {
      draft.current = null;
      void session.edit(text);
      arrive();
    }, TYPING_MS);
  };
  const choose = (chosen: Subject) => {
    history.replaceState(null, "", `#${hashOf(chosen, [], data)}`);
    open(chosen);
  };

  return (
    <div class={subject.kind === "table" && data.isPlayground ? "workbench" : "workbench viewing"}>
      <Chooser data={data} subject={subject} onChoose={choose} />
      <div class="subject">
        {subject.kind === "table" ? (
          <Editor
            key={subject.file}
            text={draft.current ?? subject.text}
            problems={problems}
            isOpen={data.isPlayground}
            onEdit={edit}
          />
        ) : (
          known && <SystemStory known={known} onChoose={choose} />
        )}
        {complaint !== null && (
          <p class="complaint" role="alert">
            {complaint}
          </p>
        )}
        {report !== null && journey !== null && <TableVerdict report={report} journey={journey} onWalk={arrive} />}
        {known !== null && journey !== null && <SystemVerdict known={known} journey={journey} onWalk={arrive} />}
        <p class="progress" role="status">
          {session.progress === null ? "" : `${session.progress} …`}
        </p>
      </div>
      <div class="walk">
        {journey === null ? (
          problems.length > 0 && <p class="empty">There is nothing to walk through while the table has errors.</p>
        ) : (
          <Explorer journey={journey} atlas={session.atlas} onArrive={arrive} />
        )}
      </div>
    </div>
  );
}
