import { html } from '../view.js';
import { get } from '../api.js';
import { useLoad } from '../load.js';
import { learn, Named } from '../names.js';
import { copiesOf, Empty, Loaded, Marks, Pager, Proof, Size, Table, Time, Title } from '../parts.js';
import { go, to } from '../router.js';
import { may } from '../session.js';

const LIMIT = 25;
const EVERY_MILLIS = 20_000;
const CHOICES = 1000;

/** Backups in a table. */
export function BackupTable({ items, caption, withInstance = true }) {
  const columns = [
    withInstance && { head: 'Machine', cell: (b) => html`<${Named} kind="instances" id=${b.instanceId} />` },
    { head: 'Time', cell: (b) => html`<a href=${to(['backups', b.id])}><${Time} at=${b.created} /></a>` },
    { head: 'Kind', cell: (b) => (b.incremental ? 'incremental' : html`<span title=${b.fullReadReason ?? ''}>full</span>`) },
    { head: 'Size', right: true, cell: (b) => html`<${Size} of=${b.stats.logicalBytes} />` },
    { head: 'Stored', right: true, cell: (b) => html`<${Size} of=${b.stats.storedBytes} />` },
    { head: 'Destination', cell: (b) => html`<${Named} kind="destinations" id=${b.destinationId} />` },
    { head: 'Verified', cell: (b) => html`<${Proof} backup=${b} />` },
    { head: 'Marks', cell: (b) => html`<${Marks} backup=${b} copies=${copiesOf(b, items)} />` },
  ].filter(Boolean);
  return html`<${Table} caption=${caption} rows=${items} columns=${columns} />`;
}

function Choice({ label, all, items, value, onChange }) {
  const gone = value && !items.some((i) => i.id === value);
  return html`<label>${label}<select value=${value ?? ''} onChange=${(e) => onChange(e.target.value)}>
    <option value="">${all}</option>
    ${gone && html`<option value=${value}>${value}</option>`}
    ${items.map((i) => html`<option value=${i.id} key=${i.id}>${i.name}</option>`)}</select></label>`;
}

async function readChoices(signal) {
  if (!may('INVENTORY_READ')) {
    return { instances: [], destinations: [] };
  }
  const [instances, destinations] = await Promise.all([
    get('/instances', { limit: CHOICES }, signal), get('/destinations', { limit: CHOICES }, signal)]);
  learn('instances', instances.items);
  learn('destinations', destinations.items);
  return { instances: instances.items, destinations: destinations.items };
}

/** All backups, filtered. */
export function BackupsPage({ query }) {
  const { instance, destination } = query;
  const offset = Number(query.offset ?? 0) || 0;
  const from = useLoad((signal) => get('/backups', { instance, destination, offset, limit: LIMIT }, signal),
    JSON.stringify([instance, destination, offset]), EVERY_MILLIS);
  const choices = useLoad(readChoices, 'choices').data ?? { instances: [], destinations: [] };
  const filter = (change) => go(to(['backups'], { instance, destination, ...change }));
  return html`<${Title} text="Backups" />
    <div class="filters">
      <${Choice} label="Machine" all="all" items=${choices.instances} value=${instance} onChange=${(v) => filter({ instance: v })} />
      <${Choice} label="Destination" all="all" items=${choices.destinations} value=${destination} onChange=${(v) => filter({ destination: v })} />
    </div>
    <${Loaded} from=${from} doing="Backups could not be read">${(page) => (page.items.length === 0
      ? html`<${Empty}>${instance || destination ? 'No backup fits the filter.' : 'There is no backup yet. Make one over REST, by the shell, the command line, or a policy.'}<//>`
      : html`<${BackupTable} items=${page.items} caption="Backups, newest first" />
        <${Pager} page=${page} path=${['backups']} query=${{ instance, destination }} />`)}<//>`;
}
