/** What the verifications of a destination have read so far. */
import { get } from './api.js';
import { may } from './session.js';

const MOST = 1_000;

const READ = new Set(['FINISHED', 'FINISHED_WITH_WARNINGS']);

/** The verifications of a destination that the appliance remembers, newest first; none for those who may not see work. */
export async function verificationsOf(destinationId, signal) {
  return may('STATUS_READ') ? (await get('/workflows', { type: 'VERIFY', destination: destinationId, limit: MOST }, signal)).items : [];
}

function read(workflow) {
  return READ.has(workflow.state) || (workflow.state === 'FAILED' && workflow.errorKind === 'CORRUPT_DATA');
}

/**
 * Where the turns of a destination are.
 *
 * @param verifications of it, newest first
 * @return `last` verification of anything that has ended, `complete`: when everything was last read at once; and of the newest way of
 *     cutting it into parts: how many `parts`, how many of these were `done`, and when the `oldest` of them was
 */
export function rotation(verifications) {
  const over = verifications.filter((w) => w.ended);
  const whole = over.filter((w) => read(w) && !w.backupId && !w.parameters.backup);
  const cut = whole.filter((w) => Number(w.parameters.slices) > 1);
  const parts = cut.length > 0 ? Number(cut[0].parameters.slices) : 0;
  const newest = new Map();
  for (const w of cut.filter((c) => Number(c.parameters.slices) === parts)) {
    if (!newest.has(w.parameters.slice)) {
      newest.set(w.parameters.slice, w.ended);
    }
  }
  return {
    last: over.find(read),
    complete: whole.find((w) => Number(w.parameters.slices ?? 1) === 1)?.ended,
    parts,
    done: newest.size,
    oldest: [...newest.values()].sort()[0],
  };
}
