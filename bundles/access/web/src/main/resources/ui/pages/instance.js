import { html } from '../view.js';
import { get, segment } from '../api.js';
import { ChangeChart } from '../chart.js';
import { bytes, percent } from '../format.js';
import { useLoad } from '../load.js';
import { learn } from '../names.js';
import { Empty, Facts, Loaded, Pager, Size, State, Table, Time, Title } from '../parts.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { BackupTable } from './backups.js';

const LAST = 60;
const LIMIT = 25;
const EVERY_MILLIS = 20_000;

async function read(id, offset, signal) {
  const instance = await get(`/instances/${segment(id)}`, {}, signal);
  learn('instances', [instance]);
  if (!may('BACKUP_READ')) {
    return { instance };
  }
  const [changes, backups] = await Promise.all([
    get(`/instances/${segment(id)}/changes`, { last: LAST }, signal),
    get('/backups', { instance: id, offset, limit: LIMIT }, signal),
  ]);
  return { instance, changes: changes.items, backups };
}

function Signals({ changes }) {
  return html`<section><h2>How much changes</h2>${changes.length === 0
    ? html`<${Empty}>There is no backup to draw yet.<//>`
    : html`<${ChangeChart} points=${changes} />
      <details><summary>The same numbers in a table</summary>
        <${Table} caption="Signals of the backups, newest first" rows=${[...changes].reverse()} rowKey=${(p) => p.backupId} columns=${[
          { head: 'Backup', cell: (p) => html`<a href=${to(['backups', p.backupId])}><${Time} at=${p.created} /></a>` },
          { head: 'Size', right: true, cell: (p) => bytes(p.logicalBytes) },
          { head: 'New', right: true, cell: (p) => bytes(p.newBytes) },
          { head: 'New, share', right: true, cell: (p) => percent(p.changeRate) },
          { head: 'Looks random', right: true, cell: (p) => percent(p.incompressibleShare) },
          { head: 'Sudden change', cell: (p) => (p.suddenChange ? html`<${State} of="WARN" text="sudden change" /> <span class="wrap">${p.suddenChange}</span>` : '–') },
        ]} /></details>`}</section>`;
}

/** One protected thing: how much it changes, and its backups. */
export function InstancePage({ id, query }) {
  const offset = Number(query.offset ?? 0) || 0;
  const from = useLoad((signal) => read(id, offset, signal), `${id} ${offset}`, EVERY_MILLIS);
  return html`<${Loaded} from=${from} doing="The machine could not be read">${({ instance, changes, backups }) => html`
    <${Title} text=${instance.name}>${!instance.present && html`<${State} of="WARN" text="gone" title="the last inventory did not find it" />`}<//>
    <${Facts} of=${[
      ['Kind', instance.kind],
      ['Known as', html`<code class="wrap">${instance.externalId}</code>`],
      ['Size', instance.sizeBytes !== undefined && html`<${Size} of=${instance.sizeBytes} />`],
      ['Last found', html`<${Time} at=${instance.lastSeen} />`],
    ]} />
    ${backups === undefined ? html`<p class="notice warn">Your roles do not let you see backups.</p>` : html`
      <${Signals} changes=${changes} />
      <section><h2>Backups</h2>${backups.items.length === 0 ? html`<${Empty}>It was not backed up yet.<//>`
        : html`<${BackupTable} items=${backups.items} caption="Backups of this machine" withInstance=${false} />
          <${Pager} page=${backups} path=${['instances', id]} query=${{}} />`}</section>`}
  `}<//>`;
}
