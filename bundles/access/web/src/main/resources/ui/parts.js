/** What pages are made of. Text from outside is only ever given as text. */
import { html, useEffect, useRef, useState } from './view.js';
import { ago, bytes, dateTime, exactTime, words } from './format.js';
import { to } from './router.js';

/** The heading of a page, which gets the focus when the page is shown, and the title of the window. */
export function Title({ text, children }) {
  const heading = useRef();
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    document.title = `${text} – Holdfast`;
  }, [text]);
  return html`<div class="title"><h1 tabindex="-1" ref=${heading}>${text}</h1>${children}</div>`;
}

/** A point in time; the exact one is its title. */
export function Time({ at, relative = false, none = '–' }) {
  if (!at) {
    return html`<span class="faint">${none}</span>`;
  }
  return html`<time datetime=${at} title=${exactTime(at)}>${relative ? ago(at) : dateTime(at)}</time>`;
}

/** A size; its bytes are its title. */
export function Size({ of }) {
  return html`<span title=${of === undefined || of === null ? '' : `${of} bytes`}>${bytes(of)}</span>`;
}

const TONES = {
  AVAILABLE: 'good', FINISHED: 'good', GOOD: 'good', READY: 'good', SUCCESS: 'good',
  DEGRADED: 'warn', FINISHED_WITH_WARNINGS: 'warn', PARTIAL: 'warn', STARTING: 'warn', CANCELLED: 'warn', WARN: 'warn',
  FAILED: 'bad', DAMAGED: 'bad', ERROR: 'bad',
  RUNNING: 'busy', QUEUED: 'idle', WAITING: 'idle', UNKNOWN: 'idle', NEVER: 'idle',
};

/** A state in a word, with a colour that says nothing that the word does not. */
export function State({ of, text, title }) {
  return html`<span class=${`state ${TONES[of] ?? 'idle'}`} title=${title}>${text ?? words(of)}</span>`;
}

const ADVICE = {
  0: 'Look whether the appliance is running and the network is there. This page tries again by itself.',
  403: 'Your roles do not allow it. An administrator can give you one that does.',
  404: 'It may have been removed meanwhile, or the address is mistyped.',
  429: 'Wait for a while before you try again.',
  503: 'A part of the appliance is not there at the moment. This page tries again by itself.',
};

/** Why something failed, and what to do. */
export function Failure({ problem, doing, retry }) {
  const forbidden = problem.status === 403;
  return html`<div class=${`notice ${forbidden ? 'warn' : 'bad'}`} role="alert">
    <strong>${doing ?? 'This could not be read'}</strong>
    <p>${problem.message}</p>
    ${ADVICE[problem.status] && html`<p>${ADVICE[problem.status]}</p>`}
    ${retry && !forbidden && html`<button type="button" onClick=${retry}>Try again</button>`}
  </div>`;
}

/** What was loaded, or why there is nothing yet. An older reading stays, with a note, while newer ones fail. */
export function Loaded({ from, children, doing }) {
  const { data, problem, reload } = from;
  if (data !== undefined) {
    return html`${problem && html`<${Failure} problem=${problem} doing="What follows could not be refreshed" retry=${reload} />`}
      ${children(data)}`;
  }
  if (problem) {
    return html`<${Failure} problem=${problem} doing=${doing} retry=${reload} />`;
  }
  return html`<${Waiting} />`;
}

/** Says that something is on its way, if that takes long enough to be noticed. */
export function Waiting() {
  return html`<p class="waiting" role="status">Reading…</p>`;
}

/** That there is nothing, and why that may be. */
export function Empty({ children }) {
  return html`<p class="empty">${children}</p>`;
}

/**
 * A table that becomes a list of cards where there is no room.
 *
 * @param columns each with `head`, `cell(row)`, and `right` for numbers
 * @param rowKey what tells rows apart
 */
export function Table({ caption, columns, rows, rowKey = (row) => row.id }) {
  return html`<table role="table">
    <caption class="unseen">${caption}</caption>
    <thead role="rowgroup">
      <tr role="row">${columns.map((c) => html`<th scope="col" role="columnheader" class=${c.right ? 'right' : ''}>${c.head}</th>`)}</tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map((row) => html`<tr role="row" key=${rowKey(row)}>
        ${columns.map((c) => html`<td role="cell" data-label=${c.head} class=${c.right ? 'right' : ''}><div>${c.cell(row)}</div></td>`)}
      </tr>`)}
    </tbody>
  </table>`;
}

/** Facts about one thing: pairs of a name and something; pairs without something are left out. */
export function Facts({ of }) {
  return html`<dl class="facts">
    ${of.filter(([, value]) => value !== undefined && value !== null && value !== false && value !== '')
      .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

/** The way to the other pages of a list. */
export function Pager({ page, path, query }) {
  const { offset, limit, total } = page;
  const last = Math.min(offset + page.items.length, total);
  const at = (from) => to(path, { ...query, offset: from > 0 ? from : undefined });
  return html`<nav class="pager" aria-label="Pages of this list">
    <span>${total === 0 ? 'none' : `${offset + 1} to ${last} of ${total}`}</span>
    ${offset > 0 && html`<a href=${at(Math.max(0, offset - limit))} rel="prev">Newer</a>`}
    ${last < total && html`<a href=${at(offset + limit)} rel="next">Older</a>`}
  </nav>`;
}

/** A button that does something which takes a moment and may fail. */
export function Action({ label, run, kind = '', disabled = false, title, onDone = () => {} }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const click = async () => {
    setBusy(true);
    setProblem(null);
    try {
      onDone(await run());
    } catch (e) {
      setProblem(e);
    } finally {
      setBusy(false);
    }
  };
  return html`<span class="action">
    <button type="button" class=${kind} disabled=${busy || disabled} title=${title} onClick=${click}>${label}</button>
    ${problem && html`<span class="failed" role="alert">${problem.message}</span>`}
  </span>`;
}

/** What is remarkable about a backup, each in a word. */
export function Marks({ backup, copies = [] }) {
  return html`<span class="marks">
    ${backup.verification === 'DAMAGED' && html`<${State} of="DAMAGED" title=${backup.message} />`}
    ${backup.status === 'PARTIAL' && html`<${State} of="PARTIAL" title=${backup.message} />`}
    ${backup.suddenChange && html`<${State} of="WARN" text="sudden change" title=${backup.suddenChange} />`}
    ${backup.boot && !backup.boot.good && html`<${State} of="FAILED" text="did not boot" title=${backup.boot.message} />`}
    ${copies.length > 0 && html`<${State} of="UNKNOWN" text="copy" title="the same backup is on more than one destination" />`}
  </span>`;
}

/** When a backup was last proven, and with which result. */
export function Proof({ backup }) {
  if (backup.verification === 'NEVER') {
    return html`<span class="faint">never</span>`;
  }
  return html`<${State} of=${backup.verification} /> <${Time} at=${backup.verified} relative />`;
}

/** The others among these that are the same backup in another place. */
export function copiesOf(backup, all) {
  return all.filter((other) => other.id !== backup.id && other.commonId === backup.commonId);
}

/** Each backup once, wherever it has copies: the first of these that there is. */
export function oncePerBackup(all) {
  const seen = new Set();
  return all.filter((backup) => !seen.has(backup.commonId) && seen.add(backup.commonId));
}
