import { html } from '../view.js';
import { get } from '../api.js';
import { useLoad } from '../load.js';
import { Empty, Loaded, Pager, Title } from '../parts.js';
import { go, to } from '../router.js';
import { WorkflowTable } from '../work.js';

const LIMIT = 50;
const EVERY_MILLIS = 4_000;
const STATES = [
  ['', 'all'], ['QUEUED,RUNNING', 'under way'], ['FAILED,FINISHED_WITH_WARNINGS', 'failed or with warnings'], ['FINISHED', 'finished'], ['CANCELLED', 'cancelled']];

/** What was and is done. */
export function WorkflowsPage({ query }) {
  const state = query.state ?? '';
  const offset = Number(query.offset ?? 0) || 0;
  const from = useLoad((signal) => get('/workflows', { state, offset, limit: LIMIT }, signal), `${state} ${offset}`, EVERY_MILLIS);
  return html`<${Title} text="Workflows" />
    <div class="filters"><label>State<select value=${state} onChange=${(e) => go(to(['workflows'], { state: e.target.value }))}>
      ${STATES.map(([value, name]) => html`<option value=${value}>${name}</option>`)}
      ${!STATES.some(([value]) => value === state) && html`<option value=${state}>${state}</option>`}</select></label></div>
    <${Loaded} from=${from} doing="Workflows could not be read">${(page) => (page.items.length === 0
      ? html`<${Empty}>${state ? 'None is in that state.' : 'Nothing was done yet.'}<//>`
      : html`<${WorkflowTable} items=${page.items} caption="Workflows, newest first" /><${Pager} page=${page} path=${['workflows']} query=${{ state }} />`)}<//>`;
}
