import { html, useState } from '../view.js';
import { get, segment } from '../api.js';
import { useLoad } from '../load.js';
import { learn } from '../names.js';
import { Empty, Facts, Loaded, Size, State, Time, Title } from '../parts.js';
import { go, to } from '../router.js';
import { may } from '../session.js';
import { rotation, verificationsOf } from '../verified.js';
import { Damage, ended, Verification, VerifyDialog, WorkflowTable } from '../work.js';
import { Verified } from './overview.js';

const EVERY_MILLIS = 30_000;
const SHOWN = 10;

async function read(id, signal) {
  const [destination, verifications, damage] = await Promise.all([
    get(`/destinations/${segment(id)}`, {}, signal),
    verificationsOf(id, signal),
    may('BACKUP_READ') ? get(`/destinations/${segment(id)}/damage`, {}, signal) : { items: [] },
  ]);
  learn('destinations', [destination]);
  return { destination, damage: damage.items, turns: rotation(verifications), verifications };
}

/** One destination: how it is, what on it is damaged, and the button that finds out. */
export function DestinationPage({ id, query }) {
  const from = useLoad((signal) => read(id, signal), id, EVERY_MILLIS);
  const [asking, setAsking] = useState(false);
  const show = (workflow) => go(to(['destinations', id], { verification: workflow.id }), { replace: true });
  return html`<${Loaded} from=${from} doing="The destination could not be read">${({ destination, damage, turns, verifications }) => {
    const active = verifications.find((w) => !ended(w));
    const shown = query.verification ?? active?.id;
    return html`
      <${Title} text=${destination.name}>
        <${State} of=${destination.health.state} />
        ${may('BACKUP_RUN') && html`<button type="button" class="primary" disabled=${!destination.vaultId} onClick=${() => setAsking(true)}>Verify…</button>`}
      <//>
      ${!may('BACKUP_RUN') && html`<p class="faint">Your roles do not let you verify; an operator can.</p>`}
      ${destination.health.message && html`<p class="notice ${destination.health.state === 'FAILED' ? 'bad' : 'warn'}">${destination.health.message}</p>`}
      <${Facts} of=${[
        ['Kind', destination.type],
        ['Free', html`<${Size} of=${destination.availableBytes} />`],
        ['Capacity', html`<${Size} of=${destination.totalBytes} />`],
        ['Used last', html`<${Time} at=${destination.health.checked} none="never" />`],
        ['Verified', html`<${Verified} turns=${turns} />`],
        ['Immutable', destination.immutableDays > 0 && `new backups, for ${destination.immutableDays} days`],
        ['Backups', html`<a href=${to(['backups'], { destination: id })}>those on it</a>`],
      ]} />
      ${asking && html`<${VerifyDialog} destination=${destination} onStarted=${show} onClosed=${() => setAsking(false)} />`}
      ${shown && html`<${Verification} key=${shown} id=${shown} onEnded=${from.reload} />`}
      <section><h2>Damage</h2>
        ${damage.length === 0 ? html`<${Empty}>None is known. ${turns.last ? '' : 'Nothing was verified lately, so this says little.'}<//>`
          : html`<${Damage} items=${damage} />`}</section>
      <section><h2>Verifications</h2>
        ${verifications.length === 0 ? html`<${Empty}>There was none lately. A part of everything is read each day by itself, unless that was switched off.<//>`
          : html`<${WorkflowTable} items=${verifications.slice(0, SHOWN)} caption="Verifications of this destination" />
            ${verifications.length > SHOWN && html`<p><a href=${to(['workflows'], { type: 'VERIFY', destination: id })}>All of them</a></p>`}`}</section>`;
  }}<//>`;
}
