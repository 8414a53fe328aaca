/**
 * Free exploration: the state, what can happen in it, the way here, and the ways to the nearest states of each kind.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { counted, formatCount } from "../../words/words.js";
import { Atlas } from "../atlas.js";
import type { Choice, Journey } from "../journey.js";
import { type Kind, kindsOf } from "../kinds.js";
import type { AtlasState } from "../session.js";
import { Picture } from "./picture.js";

interface Props {
  readonly journey: Journey;
  readonly atlas: AtlasState;
  /** Whenever it stands somewhere else. */
  readonly onArrive: () => void;
}

export function Explorer({ journey, atlas, onArrive }: Props) {
  const map = atlas instanceof Atlas ? atlas : null;
  const state = map === null ? null : map.stateAfter(journey.steps);
  const move = (stop: number) => {
    journey.goTo(stop);
    onArrive();
  };
  useKeys({
    ArrowLeft: () => move(journey.at - 1),
    ArrowRight: () => move(journey.at + 1),
    Home: () => move(0),
    End: () => move(Number.POSITIVE_INFINITY),
  });
  const take = (step: number) => {
    journey.take(step);
    onArrive();
  };
  const { at, stops, here } = journey;
  return (
    <section class="explorer" aria-label="explorer">
      <div class="controls">
        <button type="button" disabled={at === 0} onClick={() => move(0)}>
          <Icon path="M2 2h2v12H2zM14 2v12L5 8z" />
          <span class="spoken">to the beginning</span>
        </button>
        <button type="button" disabled={at === 0} onClick={() => move(at - 1)}>
          <Icon path="M12 2v12L3 8z" /> back
        </button>
        <button type="button" disabled={at === stops.length - 1} onClick={() => move(at + 1)}>
          forward <Icon path="M4 2v12l9-6z" />
        </button>
        <span class="keys">
          <kbd>←</kbd> <kbd>→</kbd> <kbd>Home</kbd> <kbd>End</kbd>
        </span>
      </div>
      <p class="now" aria-live="polite">
        {at === 0 ? "The beginning" : `Step ${at}: ${here.sentence}`}
      </p>
      <Picture stop={here} />
      <p class="facts">
        {here.broken.map((name) => (
          <span key={name} class="badge small unsafe">
            breaks {name}
          </span>
        ))}
        {map !== null && state !== null && <Future map={map} state={state} journey={journey} />}
      </p>
      <div class="lists">
        <Choices key={journey.steps.join(".")} choices={journey.choices} onTake={take} />
        <Way journey={journey} map={map} onMove={move} />
      </div>
      <Jumps journey={journey} atlas={atlas} state={state} onArrive={onArrive} />
    </section>
  );
}

/** Drawn, since few fonts have signs for all of them. */
const Icon = ({ path }: { readonly path: string }) => (
  <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
    <path d={path} fill="currentColor" />
  </svg>
);

function Future({ map, state, journey }: { readonly map: Atlas; readonly state: number; readonly journey: Journey }) {
  if (journey.explorable.outcomes.length === 0)
    return (
      <>
        state {formatCount(state + 1)} of {formatCount(map.stateCount)}
      </>
    );
  const possible = map.possibleFrom(state);
  return (
    <>
      still possible: <b>{possible.length === 0 ? "nothing" : possible.join(" or ")}</b>
      <small>
        {" "}
        state {formatCount(state + 1)} of {formatCount(map.stateCount)}
      </small>
    </>
  );
}

function Choices({
  choices,
  onTake,
}: {
  readonly choices: readonly Choice[];
  readonly onTake: (step: number) => void;
}) {
  const [filter, setFilter] = useState("");
  const words = filter.toLowerCase().split(/\s+/);
  const shown = choices.filter(({ sentence }) => words.every((word) => sentence.toLowerCase().includes(word)));
  return (
    <div class="choices">
      <h3>
        What can happen <small>{counted(choices.length, "step")}</small>
      </h3>
      {choices.length > 6 && (
        <input
          type="search"
          placeholder="filter, as in: write S0"
          aria-label="filter steps"
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <ul>
        {shown.map(({ step, sentence }) => (
          <li key={step}>
            <button type="button" class="choice" onClick={() => onTake(step)}>
              {sentence}
            </button>
          </li>
        ))}
      </ul>
      {choices.length === 0 && <p class="empty">Nothing can happen any more.</p>}
      {shown.length === 0 && choices.length > 0 && <p class="empty">No step has these words.</p>}
    </div>
  );
}

interface WayProps {
  readonly journey: Journey;
  readonly map: Atlas | null;
  readonly onMove: (stop: number) => void;
}

/** With what was still possible at each stop, where that is known. */
function Way({ journey, map, onMove }: WayProps) {
  const { stops, at } = journey;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>("[aria-current]");
    if (current && list.current) list.current.scrollTop = current.offsetTop - list.current.clientHeight / 2;
  }, [at, stops.length]);
  const several = journey.explorable.outcomes.length > 1;
  const steps = stops.slice(1).map(({ step }) => step!);
  return (
    <div class="way">
      <h3>
        The way here <small>{counted(at, "step")}</small>
      </h3>
      <ol ref={list} start={0} class="steps">
        {stops.map(({ sentence, broken }, index) => {
          const possible = map === null || !several ? null : map.possibleFrom(map.stateAfter(steps.slice(0, index)));
          return (
            <li key={index} aria-current={index === at ? "step" : undefined} class={index > at ? "ahead" : undefined}>
              <button type="button" onClick={() => onMove(index)}>
                {sentence ?? "the beginning"}
              </button>
              {possible !== null && (
                <span
                  class={`valence-mark ${possible.length === 1 ? `only-${possible[0]}` : ""}`}
                  title="still possible"
                >
                  {possible.length === 0 ? "none" : possible.join("|")}
                </span>
              )}
              {broken.length > 0 && (
                <span class="broken-mark" title={`breaks ${broken.join(", ")}`}>
                  ✗
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

interface JumpsProps {
  readonly journey: Journey;
  readonly atlas: AtlasState;
  /** Where the journey stands in the atlas. */
  readonly state: number | null;
  readonly onArrive: () => void;
}

function Jumps({ journey, atlas, state, onArrive }: JumpsProps) {
  const [answer, setAnswer] = useState("");
  const map = atlas instanceof Atlas ? atlas : null;
  const kinds = map?.kinds ?? kindsOf(journey.explorable);
  const jump = (kind: Kind) => {
    const { way, all } =
      map === null || state === null ? journey.wayTo(kind) : { way: map.wayFrom(state, kind), all: true };
    if (way !== null) journey.takeAll(way);
    setAnswer(answerTo(kind, way, all));
    onArrive();
  };
  return (
    <div class="jumps">
      <h3 class="apart">
        Jump to the nearest <small>from here</small>
      </h3>
      <div>
        {kinds.map((kind) => {
          const count = map?.countOf(kind);
          return (
            <button
              key={kind.name}
              type="button"
              class={kind.isHarm ? "jump harm" : "jump"}
              title={`a state in which ${kind.means}`}
              disabled={count === 0 || (map === null && kind.needsFuture)}
              onClick={() => jump(kind)}
            >
              {kind.name} {count !== undefined && <small>{formatCount(count)}</small>}
            </button>
          );
        })}
      </div>
      <p class="caption" role="status">
        {answer}
        {atlas === "too large" &&
          " There are too many states for a map: what can still come about is not known, and jumps look at the nearest states only."}
      </p>
    </div>
  );
}

function answerTo({ means }: Kind, way: readonly number[] | null, all: boolean): string {
  if (way !== null) return `${counted(way.length, "step")} on: ${means}.`;
  return all
    ? `From here no way leads to a state in which ${means}.`
    : `None of the nearest states is one in which ${means}.`;
}

/** Keys of the whole page, but where somebody writes or chooses. */
function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = latest.current[event.key];
      const { target } = event;
      const writes =
        target instanceof HTMLInputElement ||
        target instanceof HTMLTextAreaElement ||
        target instanceof HTMLSelectElement;
      if (action === undefined || writes || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
