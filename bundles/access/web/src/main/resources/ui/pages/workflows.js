import { html } from '../view.js';
import { get } from '../api.js';
import { words } from '../format.js';
import { useLoad } from '../load.js';
import { Named } from '../names.js';
import { Empty, Loaded, Pager, Title } from '../parts.js';
import { go, to } from '../router.js';
import { WorkflowTable } from '../work.js';

const LIMIT = 50;
const EVERY_MILLIS = 4_000;
const STATES = [
  ['', 'all'], ['QUEUED,RUNNING', 'under way'], ['FAILED,FINISHED_WITH_WARNINGS', 'failed or with warnings'], ['FINISHED', 'finished'], ['CANCELLED', 'cancelled']];
const TYPES = [['', 'all'], ...['BACKUP', 'COPY', 'RESTORE', 'INSTANT_RECOVERY', 'BOOT_PROOF', 'VERIFY', 'PRUNE', 'SNAPSHOT', 'INVENTORY', 'ATTACH', 'REBUILD', 'KEYS',
  'CLEANUP'].map((type) => [type, words(type)])];

function Choice({ label, choices, value, onChange }) {
  return html`<label>${label}<select value=${value} onChange=${(e) => onChange(e.target.value)}>
    ${choices.map(([choice, name]) => html`<option value=${choice} key=${choice}>${name}</option>`)}
    ${!choices.some(([choice]) => choice === value) && html`<option value=${value}>${value}</option>`}</select></label>`;
}

/** What was and is done. */
export function WorkflowsPage({ query }) {
  const { state = '', type = '', instance, destination } = query;
  const wanted = { state, type, instance, destination };
  const offset = Number(query.offset ?? 0) || 0;
  const from = useLoad((signal) => get('/workflows', { ...wanted, offset, limit: LIMIT }, signal), JSON.stringify([wanted, offset]), EVERY_MILLIS);
  const filter = (change) => go(to(['workflows'], { ...wanted, ...change }));
  return html`<${Title} text="Workflows" />
    <div class="filters">
      <${Choice} label="State" choices=${STATES} value=${state} onChange=${(v) => filter({ state: v })} />
      <${Choice} label="What" choices=${TYPES} value=${type} onChange=${(v) => filter({ type: v })} />
      ${(instance || destination) && html`<p>about ${instance && html`<${Named} kind="instances" id=${instance} /> `}${destination
        && html`<${Named} kind="destinations" id=${destination} /> `}<a href=${to(['workflows'], { state, type })}>show all</a></p>`}
    </div>
    <${Loaded} from=${from} doing="Workflows could not be read">${(page) => (page.items.length === 0
      ? html`<${Empty}>${Object.values(wanted).some(Boolean) ? 'No workflow fits the filter.' : 'Nothing was done yet.'}<//>`
      : html`<${WorkflowTable} items=${page.items} caption="Workflows, newest first" /><${Pager} page=${page} path=${['workflows']} query=${wanted} />`)}<//>`;
}
