import { html } from '../view.js';
import { get, segment } from '../api.js';
import { capital, duration, words } from '../format.js';
import { useLoad } from '../load.js';
import { Facts, Loaded, State, Time, Title } from '../parts.js';
import { to } from '../router.js';
import { About, Cancel, ended, Lines, Progress, titleOf, useWorkflow, VerifyReport } from '../work.js';

const LINES = 500;
const LOG_MILLIS = 2_000;

function Log({ task }) {
  const done = task.ended !== undefined;
  const from = useLoad((signal) => get(`/tasks/${segment(task.id)}/log`, { limit: LINES }, signal), `${task.id} ${done}`, done ? 0 : LOG_MILLIS);
  return html`<${Loaded} from=${from} doing="The log could not be read">${(log) => html`<${Lines} lines=${log.items} />`}<//>`;
}

function Task({ task }) {
  const took = task.started && task.ended ? duration(new Date(task.ended) - new Date(task.started)) : null;
  return html`<section class="card">
    <div class="title"><h3>${capital(words(task.type))}</h3><${State} of=${task.state} />
      <span class="faint">${[task.attempt > 1 && `attempt ${task.attempt}`, task.nodeId && `on ${task.nodeId}`, took].filter(Boolean).join(', ')}</span></div>
    ${task.state === 'RUNNING' && html`<${Progress} task=${task} />`}
    ${task.message && html`<p class="wrap">${task.message}</p>`}
    ${task.notBefore && task.state === 'QUEUED' && html`<p class="faint">Not before <${Time} at=${task.notBefore} /></p>`}
    ${task.attempt > 0 && html`<details open=${task.state === 'FAILED'}><summary>Log</summary><${Log} task=${task} /></details>`}
  </section>`;
}

/** One workflow with its tasks. */
export function WorkflowPage({ id }) {
  const from = useWorkflow(id);
  return html`<${Loaded} from=${from} doing="The workflow could not be read">${(w) => html`
    <${Title} text=${titleOf(w)}><${State} of=${w.state} /><${Cancel} workflow=${w} onDone=${from.reload} /><//>
    <${Facts} of=${[
      ['About', html`<${About} workflow=${w} />`],
      ['Backup', w.backupId && html`<a href=${to(['backups', w.backupId])}>${w.backupId.slice(0, 12)}…</a>`],
      ['Asked for by', w.origin],
      ['Asked for', html`<${Time} at=${w.created} />`],
      ['Begun', html`<${Time} at=${w.started} none="not yet" />`],
      ['Ended', html`<${Time} at=${w.ended} none="not yet" />`],
    ]} />
    ${w.message && !(w.type === 'VERIFY' && ended(w)) && html`<p class="wrap">${w.message}</p>`}
    ${w.type === 'VERIFY' && ended(w) && html`<section><h2>Report</h2><${VerifyReport} workflow=${w} /></section>`}
    <section><h2>Tasks</h2>${w.tasks.map((task) => html`<${Task} task=${task} key=${task.id} />`)}</section>
  `}<//>`;
}
