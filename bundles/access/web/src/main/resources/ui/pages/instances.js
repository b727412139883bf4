import { html } from '../view.js';
import { get } from '../api.js';
import { useLoad } from '../load.js';
import { learn } from '../names.js';
import { Empty, Loaded, Pager, Size, State, Table, Time, Title } from '../parts.js';
import { go, to } from '../router.js';

const LIMIT = 50;
const EVERY_MILLIS = 30_000;

async function read(name, offset, signal) {
  const page = await get('/instances', { name, offset, limit: LIMIT }, signal);
  learn('instances', page.items);
  return page;
}

/** Machines, directories and whatever else is, or can be, protected. */
export function InstancesPage({ query }) {
  const { name } = query;
  const offset = Number(query.offset ?? 0) || 0;
  const from = useLoad((signal) => read(name, offset, signal), JSON.stringify([name, offset]), EVERY_MILLIS);
  const search = (event) => {
    event.preventDefault();
    go(to(['instances'], { name: event.target.elements.name.value.trim() }));
  };
  return html`<${Title} text="Machines" />
    <form class="filters" role="search" onSubmit=${search}>
      <label>Name contains<input name="name" type="search" defaultValue=${name ?? ''} /></label><button type="submit">Search</button>
    </form>
    <${Loaded} from=${from} doing="Machines could not be read">${(page) => (page.items.length === 0
      ? html`<${Empty}>${name ? 'No name contains that.' : 'Nothing is known yet. Add a provider, over REST or in the shell; it is asked for what it has.'}<//>`
      : html`<${Table} caption="Machines by name" rows=${page.items} columns=${[
          { head: 'Name', cell: (i) => html`<a class="name" href=${to(['instances', i.id])}>${i.name}</a>` },
          { head: 'Kind', cell: (i) => i.kind },
          { head: 'Size', right: true, cell: (i) => html`<${Size} of=${i.sizeBytes} />` },
          { head: 'Seen', cell: (i) => (i.present ? html`<${Time} at=${i.lastSeen} relative />` : html`<${State} of="WARN" text="gone" /> <${Time} at=${i.lastSeen} relative />`) },
        ]} /><${Pager} page=${page} path=${['instances']} query=${{ name }} />`)}<//>`;
}
