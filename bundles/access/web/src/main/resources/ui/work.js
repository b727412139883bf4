/** Workflows: how they go, and what came of a verification. */
import { html, useEffect, useRef, useState } from './view.js';
import { get, post, segment } from './api.js';
import { bytes, capital, dateTime, duration, plural, words } from './format.js';
import { useLoad } from './load.js';
import { Named, useName } from './names.js';
import { Action, Empty, Failure, Loaded, State, Table, Time } from './parts.js';
import { to } from './router.js';
import { may } from './session.js';

const POLL_MILLIS = 1_000;
const LINES = 1_000;

/** Whether nothing will change any more. */
export function ended(workflow) {
  return workflow.state !== 'QUEUED' && workflow.state !== 'RUNNING';
}

/** What a workflow does, for people. */
function doing(workflow) {
  const deep = workflow.parameters?.deep === 'true';
  switch (workflow.type) {
    case 'VERIFY': return deep ? 'deep verification' : 'verification';
    default: return words(workflow.type);
  }
}

/** Which part of a destination a verification reads; empty for all of it. */
function part(workflow) {
  const slices = Number(workflow.parameters?.slices ?? 1);
  return slices > 1 ? `part ${Number(workflow.parameters.slice) + 1} of ${slices}` : '';
}

/** The title of a workflow. */
export function titleOf(workflow) {
  return capital([doing(workflow), part(workflow)].filter(Boolean).join(', '));
}

/** A workflow that is read again until it has ended. */
export function useWorkflow(id) {
  return useLoad(
    (signal) => get(`/workflows/${segment(id)}`, {}, signal),
    id,
    (workflow) => (ended(workflow) ? 0 : POLL_MILLIS),
  );
}

/** How fast a counter grows, measured here over the last seconds. */
function useRate(done) {
  const seen = useRef([]);
  useEffect(() => {
    seen.current = [...seen.current, { at: Date.now(), done }].filter((s) => s.done <= done).slice(-10);
  }, [done]);
  const first = seen.current[0];
  const millis = first ? Date.now() - first.at : 0;
  return millis > 1500 && done > first.done ? ((done - first.done) * 1000) / millis : null;
}

/** How far a task is. */
export function Progress({ task }) {
  const { step, doneBytes, expectedBytes, doneItems, expectedItems } = task.progress;
  const rate = useRate(doneBytes);
  const share = expectedBytes > 0 ? doneBytes / expectedBytes : expectedItems > 0 ? doneItems / expectedItems : null;
  const amounts = [
    doneBytes > 0 && `${bytes(doneBytes)}${expectedBytes > 0 ? ` of ${bytes(expectedBytes)}` : ''}`,
    doneItems > 0 && `${plural(doneItems, 'item')}${expectedItems > 0 ? ` of ${expectedItems}` : ''}`,
    rate && `${bytes(rate)}/s`,
  ].filter(Boolean).join(', ');
  return html`<div class="progress">
    <span>${step || words(task.state)}</span>
    ${share === null ? html`<progress aria-label=${step || 'progress'}></progress>`
      : html`<progress aria-label=${step || 'progress'} max="1" value=${Math.min(1, share)}></progress>`}
    <span class="faint">${amounts}</span>
  </div>`;
}

/** The button that ends a workflow, for those who may. */
export function Cancel({ workflow, onDone }) {
  if (ended(workflow) || !may('WORKFLOW_CANCEL')) {
    return null;
  }
  const asked = workflow.tasks?.some((t) => t.cancelRequested && t.state === 'RUNNING');
  return html`<${Action} label=${asked ? 'Being cancelled…' : 'Cancel'} kind="danger" disabled=${asked}
    run=${() => post(`/workflows/${segment(workflow.id)}/cancel`)} onDone=${onDone} />`;
}

/** A verification: its progress while it runs, its report when it has ended. */
export function Verification({ id, onEnded = () => {} }) {
  const from = useWorkflow(id);
  const over = from.data ? ended(from.data) : false;
  useEffect(() => {
    if (over) {
      onEnded();
    }
  }, [over]);
  return html`<section class="card" aria-labelledby="verification">
    <${Loaded} from=${from} doing="The verification could not be read">${(workflow) => html`
      <div class="title">
        <h2 id="verification">${titleOf(workflow)}</h2>
        <${State} of=${workflow.state} />
        <a href=${to(['workflows', workflow.id])}>Details</a>
        <${Cancel} workflow=${workflow} onDone=${from.reload} />
      </div>
      ${ended(workflow) ? html`<${VerifyReport} workflow=${workflow} />`
        : html`<div role="status">${workflow.tasks.filter((t) => t.state === 'RUNNING').map((t) => html`<${Progress} task=${t} key=${t.id} />`)}
          ${workflow.state === 'QUEUED' && html`<p class="faint">It waits for its turn: a node takes it as soon as it has room.</p>`}</div>`}
    `}<//>
  </section>`;
}

async function readReport(workflow, signal) {
  const logs = await Promise.all((workflow.tasks ?? []).map((task) =>
    get(`/tasks/${segment(task.id)}/log`, { limit: LINES }, signal).then((log) => log.items)));
  const damage = workflow.destinationId && may('BACKUP_READ')
    ? (await get(`/destinations/${segment(workflow.destinationId)}/damage`, {}, signal)).items : [];
  const only = workflow.backupId ?? workflow.parameters?.backup;
  // what was told by this verification, not what is known of the destination besides
  const found = damage.filter((d) => d.verified && d.verified >= workflow.started && (!workflow.ended || d.verified <= workflow.ended));
  return {
    findings: logs.flat().filter((line) => line.level !== 'INFO' && line.level !== 'DEBUG'),
    damage: only ? found.filter((d) => d.backupId === only) : found,
  };
}

/** What a verification found: objects that are damaged, and the backups, machines and files that need them. */
export function VerifyReport({ workflow }) {
  const report = useLoad((signal) => readReport(workflow, signal), `report ${workflow.id} ${workflow.state}`);
  const good = workflow.state === 'FINISHED' || workflow.state === 'FINISHED_WITH_WARNINGS';
  return html`
    <p class=${good ? '' : 'strong'}>${workflow.message || words(workflow.state)}</p>
    <p class="faint">from <${Time} at=${workflow.started} /> to <${Time} at=${workflow.ended} />${workflow.started && workflow.ended
      && `, ${duration(new Date(workflow.ended) - new Date(workflow.started))}`}</p>
    <${Loaded} from=${report} doing="The report could not be read">${({ findings, damage }) => html`
      ${damage.length > 0 && html`<h3>What is damaged</h3><${Damage} items=${damage} />
        <p>Back these machines up again: what still exists is stored anew, and the backups from then on are whole.</p>`}
      ${findings.length > 0 && html`<details open=${damage.length === 0}><summary>${plural(findings.length, 'finding')} in the log</summary>
        <${Lines} lines=${findings} /></details>`}
      ${good && damage.length === 0 && findings.length === 0 && html`<p>Nothing was found wrong in what was read.</p>`}
    `}<//>`;
}

/** Damaged backups with their machines and files. */
export function Damage({ items }) {
  return html`<${Table} caption="Damaged backups" rows=${items} rowKey=${(d) => d.backupId} columns=${[
    { head: 'Machine', cell: (d) => html`<a href=${to(['instances', d.instanceId])} class="name">${d.instanceName}</a>` },
    { head: 'Backup of', cell: (d) => html`<a href=${to(['backups', d.backupId])}><${Time} at=${d.created} /></a>` },
    { head: 'What is lost', cell: (d) => html`<${Lost} message=${d.message} />` },
    { head: 'Found', cell: (d) => html`<${Time} at=${d.verified} relative none="by its destination" />` },
  ]} />`;
}

/** What a backup has lost: how much, then the parts and files by name. */
export function Lost({ message }) {
  const at = message.indexOf(': ');
  if (at < 0) {
    return html`<span class="wrap">${message || 'not known in detail; verify it to learn more'}</span>`;
  }
  return html`<span>${message.slice(0, at)}</span>
    <ul class="files">${message.slice(at + 2).split(', ').map((file) => html`<li><code>${file}</code></li>`)}</ul>`;
}

/** Lines of a log. */
export function Lines({ lines }) {
  if (lines.length === 0) {
    return html`<${Empty}>The log is empty.<//>`;
  }
  return html`<ol class="log">${lines.map((line) => html`<li key=${`${line.time} ${line.number}`}>
    <${Time} at=${line.time} /> <${State} of=${line.level === 'WARN' ? 'WARN' : line.level === 'ERROR' ? 'ERROR' : 'UNKNOWN'} text=${words(line.level)} />${' '}
    <span class="wrap">${line.message}</span></li>`)}</ol>`;
}

/** A list of workflows. */
export function WorkflowTable({ items, caption }) {
  return html`<${Table} caption=${caption} rows=${items} columns=${[
    { head: 'What', cell: (w) => html`<a href=${to(['workflows', w.id])}>${titleOf(w)}</a>` },
    { head: 'State', cell: (w) => html`<${State} of=${w.state} />` },
    { head: 'About', cell: (w) => html`<${About} workflow=${w} />` },
    { head: 'Asked for', cell: (w) => html`<${Time} at=${w.created} />` },
    { head: 'Outcome', cell: (w) => html`<span class="wrap">${w.message || '–'}</span>` },
  ]} />`;
}

/** Whom a workflow concerns. */
export function About({ workflow }) {
  const { instanceId, destinationId } = workflow;
  return html`<span class="about">
    ${instanceId && html`<${Named} kind="instances" id=${instanceId} />`}
    ${destinationId && html`<${Named} kind="destinations" id=${destinationId} />`}
    ${!instanceId && !destinationId && '–'}</span>`;
}

const SCOPE = { all: 'all', part: 'part', backup: 'backup' };

/**
 * The dialog behind "Verify…".
 *
 * @param destination what is verified
 * @param onStarted gets the workflow
 */
export function VerifyDialog({ destination, onStarted, onClosed }) {
  const dialog = useRef();
  const [scope, setScope] = useState(SCOPE.all);
  const [deep, setDeep] = useState(true);
  const [slice, setSlice] = useState('1');
  const [slices, setSlices] = useState('30');
  const [backup, setBackup] = useState('');
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current.showModal(), []);
  const backups = useLoad((signal) => get('/backups', { destination: destination.id, limit: 100 }, signal), destination.id);
  const chosen = backup || backups.data?.items[0]?.id;
  const start = async (event) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const scoped = scope === SCOPE.part ? { slice: Number(slice) - 1, slices: Number(slices) } : scope === SCOPE.backup ? { backupId: chosen } : {};
      onStarted(await post(`/destinations/${segment(destination.id)}/verify`, { deep, ...scoped }));
      dialog.current.close();
    } catch (e) {
      setProblem(e);
      setBusy(false);
    }
  };
  const choice = (value, label) => html`<label class="choice">
    <input type="radio" name="scope" checked=${scope === value} onChange=${() => setScope(value)} /> <span>${label}</span></label>`;
  return html`<dialog ref=${dialog} aria-labelledby="verify-title" onClose=${onClosed}>
    <form onSubmit=${start}>
      <h2 id="verify-title">Verify ${destination.name}</h2>
      <fieldset>
        <legend>What is read</legend>
        ${choice(SCOPE.all, 'Everything on the destination')}
        ${choice(SCOPE.part, 'A part of it')}
        ${scope === SCOPE.part && html`<p class="indent">Part${' '}
          <input type="number" aria-label="part" min="1" max=${slices} value=${slice} required onInput=${(e) => setSlice(e.target.value)} /> of${' '}
          <input type="number" aria-label="number of parts" min="2" max="1000" value=${slices} required onInput=${(e) => setSlices(e.target.value)} /></p>`}
        ${choice(SCOPE.backup, 'What one backup needs')}
        ${scope === SCOPE.backup && html`<div class="indent"><${Loaded} from=${backups} doing="Backups could not be listed">${(page) => page.items.length === 0
          ? html`<${Empty}>There is no backup on this destination yet.<//>`
          : html`<select aria-label="backup" value=${chosen} onChange=${(e) => setBackup(e.target.value)}>
              ${page.items.map((b) => html`<${BackupOption} backup=${b} key=${b.id} />`)}</select>`}<//></div>`}
      </fieldset>
      <label class="choice"><input type="checkbox" checked=${deep} onChange=${(e) => setDeep(e.target.checked)} />
        <span>Deep: also decrypt everything and compare it with its hashes. Finds all that there is to find, and takes longer.</span></label>
      ${problem && html`<${Failure} problem=${problem} doing="The verification was not started" />`}
      <div class="buttons">
        <button type="submit" class="primary" disabled=${busy || (scope === SCOPE.backup && !chosen)}>Verify</button>
        <button type="button" onClick=${() => dialog.current.close()}>Close</button>
      </div>
    </form>
  </dialog>`;
}

function BackupOption({ backup }) {
  const name = useName('instances', backup.instanceId);
  return html`<option value=${backup.id}>${name ?? backup.instanceId.slice(0, 12)}, ${dateTime(backup.created)}</option>`;
}
