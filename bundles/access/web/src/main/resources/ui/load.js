/** What a page needs from the appliance: read when it is shown, and again while it is looked at. */
import { useEffect, useState } from './view.js';

const AFTER_FAILURE_MILLIS = 10_000;

/**
 * Reads and keeps reading.
 *
 * @param read gets an AbortSignal, gives a promise
 * @param key when it changes, what was read is forgotten and read anew
 * @param every milliseconds between readings, or a function of what was read that gives them; 0 for never again
 * @return `data` of the last good reading, `problem` of the last one if it failed, `reload()` to read now
 */
export function useLoad(read, key, every = 0) {
  const [state, setState] = useState({ key });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    let timer = 0;
    const later = (millis) => {
      timer = millis > 0 && !controller.signal.aborted ? setTimeout(run, millis) : 0;
    };
    const run = async () => {
      if (document.hidden) {
        later(1000);
        return;
      }
      try {
        const data = await read(controller.signal);
        if (!controller.signal.aborted) {
          setState({ key, data });
          later(typeof every === 'function' ? every(data) : every);
        }
      } catch (problem) {
        if (!controller.signal.aborted) {
          setState((old) => ({ key, data: old.key === key ? old.data : undefined, problem }));
          later(every && problem.status !== 403 && problem.status !== 404 ? AFTER_FAILURE_MILLIS : 0);
        }
      }
    };
    run();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [key, turn]);
  const current = state.key === key ? state : {};
  return { data: current.data, problem: current.problem, reload: () => setTurn((n) => n + 1) };
}
