import { html } from '../view.js';
import { get, segment } from '../api.js';
import { bytes, count, percent, plural } from '../format.js';
import { useLoad } from '../load.js';
import { learn, Named } from '../names.js';
import { Empty, Loaded, oncePerBackup, State, Table, Time, Title } from '../parts.js';
import { to } from '../router.js';
import { may } from '../session.js';
import { WorkflowTable } from '../work.js';
import { rotation, verificationsOf } from '../verified.js';

const OFTEN_MILLIS = 4_000;
const SELDOM_MILLIS = 60_000;
const LOOKED_AT = 200;
const MOST_ROWS = 30;
const RECENT_MILLIS = 7 * 86_400_000;

async function readDestinations(signal) {
  const destinations = await get('/destinations', { limit: 1000 }, signal);
  learn('destinations', destinations.items);
  return Promise.all(destinations.items.map(async (d) => {
    const [damage, verifications] = await Promise.all([
      may('BACKUP_READ') && d.vaultId ? get(`/destinations/${segment(d.id)}/damage`, {}, signal) : { items: [] },
      d.vaultId ? verificationsOf(d.id, signal) : [],
    ]);
    return { ...d, damage: damage.items, turns: rotation(verifications) };
  }));
}

/** What was verified of a destination, and when. */
export function Verified({ turns }) {
  if (!turns.last) {
    return html`<span class="faint" title="None of the workflows that are remembered">not lately</span>`;
  }
  return html`<span><${State} of=${turns.last.errorKind === 'CORRUPT_DATA' ? 'DAMAGED' : turns.last.state} />${' '}
    <${Time} at=${turns.last.ended} relative /></span>
    ${turns.parts > 0 && html`<span class="faint block">${turns.done} of ${turns.parts} parts in turn${turns.oldest
      && html`, the oldest <${Time} at=${turns.oldest} relative />`}</span>`}
    ${turns.complete && html`<span class="faint block">all at once <${Time} at=${turns.complete} relative /></span>`}`;
}

function Space({ destination: d }) {
  if (d.totalBytes === undefined || d.availableBytes === undefined) {
    return html`<span class="faint">not known</span>`;
  }
  const used = 1 - d.availableBytes / d.totalBytes;
  return html`<span class="space"><meter min="0" max="1" high="0.85" value=${used} aria-label="used">${percent(used)}</meter>
    <span title=${`${d.availableBytes} of ${d.totalBytes} bytes`}>${bytes(d.availableBytes)} free of ${bytes(d.totalBytes)}</span></span>`;
}

function Destinations({ from }) {
  return html`<section><h2>Destinations</h2><${Loaded} from=${from} doing="Destinations could not be read">${(rows) => rows.length === 0
    ? html`<${Empty}>There is no destination yet. Add one by <code>holdfast:destination-create</code> in the shell, or over REST.<//>`
    : html`<${Table} caption="Destinations" rows=${rows} columns=${[
      { head: 'Name', cell: (d) => html`<a class="name" href=${to(['destinations', d.id])}>${d.name}</a> <span class="faint">${d.type}</span>` },
      { head: 'State', cell: (d) => html`<${State} of=${d.vaultId ? d.health.state : 'UNKNOWN'} text=${d.vaultId ? undefined : 'no vault'} title=${d.health.message} />` },
      { head: 'Space', cell: (d) => html`<${Space} destination=${d} />` },
      { head: 'Verified', cell: (d) => html`<${Verified} turns=${d.turns} />` },
      { head: 'Damage', cell: (d) => (d.damage.length > 0
        ? html`<a href=${to(['destinations', d.id])}><${State} of="DAMAGED" text=${`${count(d.damage.length)} damaged`} /></a>` : html`<span class="faint">none known</span>`) },
    ]} />`}<//></section>`;
}

function attention(destinations, backups, workflows) {
  const since = Date.now() - RECENT_MILLIS;
  const recent = (iso) => iso && new Date(iso).getTime() > since;
  return [
    ...destinations.filter((d) => d.health.state === 'FAILED' || d.health.state === 'DEGRADED').map((d) => ({
      id: `destination ${d.id}`, state: d.health.state, what: html`<a href=${to(['destinations', d.id])}>${d.name}</a>`, why: d.health.message, at: d.health.checked })),
    ...destinations.flatMap((d) => d.damage.map((b) => ({
      id: `damage ${b.backupId}`, state: 'DAMAGED', what: html`<a href=${to(['backups', b.backupId])}>backup of ${b.instanceName}</a>`, why: b.message, at: b.verified ?? b.created }))),
    ...oncePerBackup(backups).filter((b) => b.suddenChange && recent(b.created)).map((b) => ({
      id: `change ${b.id}`, state: 'WARN', text: 'sudden change', what: html`<${Named} kind="instances" id=${b.instanceId} />`, why: b.suddenChange, at: b.created })),
    // what a verification has found is there already, backup by backup
    ...workflows.filter((w) => recent(w.ended) && !(w.type === 'VERIFY' && w.errorKind === 'CORRUPT_DATA')).map((w) => ({
      id: `workflow ${w.id}`, state: w.state, what: html`<a href=${to(['workflows', w.id])}>${w.type.toLowerCase().replaceAll('_', ' ')}</a>`, why: w.message, at: w.ended })),
  ];
}

function Attention({ destinations, noticed }) {
  return html`<section><h2>Needs attention</h2>
    <${Loaded} from=${destinations} doing="What is damaged could not be read">${(known) => html`
    <${Loaded} from=${noticed} doing="What needs attention could not be read">${({ backups, failed }) => {
      const rows = attention(known, backups, failed);
      return rows.length === 0
        ? html`<${Empty}>Nothing at the moment: no damage is known, and neither the last ${LOOKED_AT} backups nor the work of the last seven days have anything to look at.<//>`
        : html`<${Table} caption="What needs attention" rows=${rows.slice(0, MOST_ROWS)} columns=${[
          { head: 'What', cell: (r) => html`<${State} of=${r.state} text=${r.text} /> ${r.what}` },
          { head: 'Why', cell: (r) => html`<span class="wrap">${r.why}</span>` },
          { head: 'When', cell: (r) => html`<${Time} at=${r.at} relative />` },
        ]} />${rows.length > MOST_ROWS && html`<p class="faint">and ${plural(rows.length - MOST_ROWS, 'more', 'more')}</p>`}`;
    }}<//>`}<//></section>`;
}

async function readNoticed(signal) {
  const [backups, failed] = await Promise.all([
    may('BACKUP_READ') ? get('/backups', { limit: LOOKED_AT }, signal) : { items: [] },
    may('STATUS_READ') ? get('/workflows', { state: ['FAILED', 'FINISHED_WITH_WARNINGS'], limit: 50 }, signal) : { items: [] },
  ]);
  return { backups: backups.items, failed: failed.items };
}

/** How everything is. */
export function OverviewPage() {
  const destinations = useLoad(readDestinations, 'destinations', SELDOM_MILLIS);
  const noticed = useLoad(readNoticed, 'noticed', SELDOM_MILLIS);
  const running = useLoad((signal) => get('/workflows', { state: ['RUNNING', 'QUEUED'], limit: 50 }, signal), 'running', OFTEN_MILLIS);
  return html`<${Title} text="Overview" />
    <${Attention} destinations=${destinations} noticed=${noticed} />
    <${Destinations} from=${destinations} />
    <section><h2>Under way</h2><${Loaded} from=${running} doing="Workflows could not be read">${(page) => (page.items.length === 0
      ? html`<${Empty}>Nothing is running.<//>`
      : html`<${WorkflowTable} items=${page.items} caption="Workflows under way" />
        ${page.total > page.items.length && html`<p><a href=${to(['workflows'], { state: 'RUNNING,QUEUED' })}>All ${page.total}</a></p>`}`)}<//></section>`;
}
