/** Names of what answers refer to by id. Each is asked for once. */
import { html, useEffect, useState } from './view.js';
import { get, segment } from './api.js';
import { to } from './router.js';

const MOST = 5_000;
const AGAIN_MILLIS = 10_000;
const known = new Map();

/** Forgets all names: somebody else may be at work now. */
export function forgetNames() {
  known.clear();
}

/** Learns names from a list that was read anyway. */
export function learn(kind, records) {
  for (const record of records) {
    known.set(`${kind}/${record.id}`, record.name);
  }
}

async function ask(kind, id) {
  const key = `${kind}/${id}`;
  try {
    known.set(key, (await get(`/${kind}/${segment(id)}`)).name);
  } catch (problem) {
    // what is gone has no name any more; whatever else went wrong may go right later
    known.set(key, null);
    if (problem.status !== 403 && problem.status !== 404) {
      setTimeout(() => known.delete(key), AGAIN_MILLIS);
    }
  }
  return known.get(key);
}

function lookUp(kind, id) {
  const key = `${kind}/${id}`;
  if (!known.has(key)) {
    if (known.size >= MOST) {
      known.clear();
    }
    known.set(key, ask(kind, id));
  }
  return known.get(key);
}

/** The name of a record, `undefined` while it is not known, `null` if it has none (any more). */
export function useName(kind, id) {
  const [, setSeen] = useState(0);
  const found = id ? lookUp(kind, id) : null;
  const pending = found instanceof Promise;
  useEffect(() => {
    let wanted = true;
    if (pending) {
      found.then(() => wanted && setSeen((n) => n + 1));
    }
    return () => {
      wanted = false;
    };
  }, [kind, id, pending]);
  return pending ? undefined : found;
}

/** A link to an instance or a destination, with its name. */
export function Named({ kind, id }) {
  const name = useName(kind, id);
  if (!id) {
    return html`<span class="faint">–</span>`;
  }
  return html`<a href=${to([kind, id])} class="name" title=${id}>${name ?? id.slice(0, 12)}</a>`;
}
