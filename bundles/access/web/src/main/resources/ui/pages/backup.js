import { html, useState } from '../view.js';
import { get, post, segment } from '../api.js';
import { count, duration, percent, plural } from '../format.js';
import { useLoad } from '../load.js';
import { Named, useName } from '../names.js';
import { Action, copiesOf, Empty, Facts, Loaded, Marks, Proof, Size, Table, Time, Title } from '../parts.js';
import { go, to } from '../router.js';
import { may } from '../session.js';
import { Lost, Verification } from '../work.js';

const EVERY_MILLIS = 30_000;
const ENTRIES = 200;
const PROBLEMS = 50;

function Health({ backup }) {
  return html`<section><h2>Health</h2>
    ${backup.verification === 'DAMAGED' && html`<div class="notice bad" role="status"><strong>Damaged</strong><p><${Lost} message=${backup.message} /></p>
      <p>Back the machine up again: what still exists is stored anew, and the backups from then on are whole.</p></div>`}
    ${backup.suddenChange && html`<div class="notice warn"><strong>Sudden change</strong><p>${backup.suddenChange}</p>
      <p>This is unlike the backups before it. If nobody expected that, somebody may have encrypted or emptied the machine: look at it before
      older backups are thinned out.</p></div>`}
    ${backup.boot && html`<div class="notice ${backup.boot.good ? 'good' : 'bad'}"><strong>${backup.boot.good ? 'It booted in isolation' : 'It did not boot'}</strong>
      ${' '}<${Time} at=${backup.boot.time} /><p class="wrap">${backup.boot.message}</p></div>`}
    ${backup.verification !== 'DAMAGED' && backup.message && html`<p class="wrap">${backup.message}</p>`}
    ${backup.verification === 'GOOD' && html`<p>Everything that it needs was read and found whole <${Time} at=${backup.verified} relative />.</p>`}
    ${backup.verification === 'NEVER' && html`<p>It was not verified as a whole yet.</p>`}
  </section>`;
}

/** One directory of one part, read as far as somebody asks. */
function Directory({ id, source, path, label, open = false }) {
  const [wanted, setWanted] = useState(open);
  return html`<details open=${open} onToggle=${(e) => e.target.open && setWanted(true)}><summary>${label}</summary>
    ${wanted && html`<${Entries} id=${id} source=${source} path=${path} />`}</details>`;
}

function Entries({ id, source, path }) {
  const [after, setAfter] = useState([null]);
  return after.map((from) => html`<${EntryPage} key=${from ?? ''} id=${id} source=${source} path=${path} after=${from}
    onMore=${(next) => setAfter((old) => [...old, next])} last=${from === after.at(-1)} />`);
}

function EntryPage({ id, source, path, after, onMore, last }) {
  const from = useLoad((signal) => get(`/backups/${segment(id)}/files`, { source, path, after, limit: ENTRIES }, signal), `${source}/${path}/${after}`);
  return html`<${Loaded} from=${from} doing="The directory could not be read">${(page) => html`
    ${page.items.length === 0 && html`<${Empty}>Empty.<//>`}
    <ul class="entries">${page.items.map((e) => html`<li key=${e.path}>${e.kind === 'DIRECTORY'
      ? html`<${Directory} id=${id} source=${source} path=${e.path} label=${e.name} />`
      : html`<span class="entry"><span>${e.name}${e.linkTarget ? ` → ${e.linkTarget}` : ''}</span><span class="faint"><${Size} of=${e.size} />, <${Time} at=${e.modified} /></span></span>`}</li>`)}</ul>
    ${page.next && last && html`<button type="button" onClick=${() => onMore(page.next)}>More</button>`}`}<//>`;
}

function Contents({ id }) {
  const from = useLoad((signal) => get(`/backups/${segment(id)}/sources`, {}, signal), id);
  return html`<${Loaded} from=${from} doing="What is in it could not be read">${({ items }) => html`
    <${Table} caption="Parts of the backup" rows=${items} rowKey=${(s) => s.name} columns=${[
      { head: 'Part', cell: (s) => s.name },
      { head: 'Shape', cell: (s) => s.shape.toLowerCase() },
      { head: 'Items', right: true, cell: (s) => count(s.items) },
      { head: 'Size', right: true, cell: (s) => html`<${Size} of=${s.logicalBytes} />` },
    ]} />
    ${items.filter((s) => s.shape.toLowerCase() === 'tree').map((s) => html`<${Directory} key=${s.name} id=${id} source=${s.name} label=${`Files in ${s.name}`} />`)}
  `}<//>`;
}

function Problems({ id, total }) {
  const from = useLoad((signal) => get(`/backups/${segment(id)}/problems`, { limit: PROBLEMS }, signal), id);
  return html`<section><h2>What is missing in it</h2><${Loaded} from=${from}>${(page) => html`
    <${Table} caption="What is missing" rows=${page.items} rowKey=${(p) => `${p.source} ${p.path}`} columns=${[
      { head: 'Part', cell: (p) => p.source }, { head: 'Path', cell: (p) => html`<code>${p.path}</code>` },
      { head: 'Why', cell: (p) => html`<span class="wrap">${p.message}</span>` }]} />
    ${total > page.items.length && html`<p class="faint">and ${plural(total - page.items.length, 'more', 'more')}</p>`}`}<//></section>`;
}

async function read(id, signal) {
  const backup = await get(`/backups/${segment(id)}`, {}, signal);
  const others = await get('/backups', { instance: backup.instanceId, limit: 1000 }, signal);
  return { backup, copies: copiesOf(backup, others.items) };
}

function Details({ backup, copies, id, query, reload }) {
  const name = useName('instances', backup.instanceId);
  const { stats } = backup;
  const show = (workflow) => go(to(['backups', id], { verification: workflow.id }), { replace: true });
  return html`
    <${Title} text=${`Backup of ${name ?? backup.instanceId.slice(0, 12)}`}>
      <${Marks} backup=${backup} copies=${copies} />
      ${may('BACKUP_RUN') && html`<${Action} label="Verify this backup" kind="primary" onDone=${show}
        run=${() => post(`/backups/${segment(id)}/verify`, { deep: true })} />`}
    <//>
    <${Facts} of=${[
      ['Machine', html`<${Named} kind="instances" id=${backup.instanceId} />`],
      ['Taken', html`<${Time} at=${backup.created} />`],
      ['Destination', html`<${Named} kind="destinations" id=${backup.destinationId} />`],
      ['Kind', backup.incremental ? 'incremental' : `full${backup.fullReadReason ? ` (${backup.fullReadReason.toLowerCase().replaceAll('_', ' ')})` : ''}`],
      ['Verified', html`<${Proof} backup=${backup} />`],
      ['Size', html`<${Size} of=${stats.logicalBytes} />`],
      ['New data', html`<${Size} of=${stats.newBytes} /> (${percent(stats.changeRate)})`],
      ['Looks random', stats.incompressibleShare !== undefined && `${percent(stats.incompressibleShare)} of the new data`],
      ['Stored', html`<${Size} of=${stats.storedBytes} />`],
      ['Items', count(stats.items)],
      ['Took', stats.durationMillis > 0 && duration(stats.durationMillis)],
      ['Made by', backup.workflowId && html`<a href=${to(['workflows', backup.workflowId])}>its workflow</a>`],
      ['Also on', copies.length > 0 && copies.map((c) => html`<${Named} kind="destinations" id=${c.destinationId} /> (<a href=${to(['backups', c.id])}>copy</a>) `)],
    ]} />
    ${query.verification && html`<${Verification} key=${query.verification} id=${query.verification} onEnded=${reload} />`}
    <${Health} backup=${backup} />
    ${stats.problems > 0 && may('RESTORE') && html`<${Problems} id=${id} total=${stats.problems} />`}
    <section><h2>What is in it</h2>${may('RESTORE') ? html`<${Contents} id=${id} />`
      : html`<p class="notice warn">Your roles do not let you look into backups; an operator can.</p>`}</section>
    <p class="faint">Id <code>${backup.id}</code></p>`;
}

/** One backup. */
export function BackupPage({ id, query }) {
  const from = useLoad((signal) => read(id, signal), id, EVERY_MILLIS);
  return html`<${Loaded} from=${from} doing="The backup could not be read">${(data) =>
    html`<${Details} ...${data} id=${id} query=${query} reload=${from.reload} />`}<//>`;
}
