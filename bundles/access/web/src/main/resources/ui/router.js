/** Addresses below /ui/: which page is shown, and with which parameters. Links are plain links; this takes their clicks. */
import { useEffect, useState } from './view.js';

const ROOT = '/ui/';
const CHANGED = 'holdfast-navigated';

/** The address of a page. */
export function to(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(given).toString();
  const address = ROOT + path.map(encodeURIComponent).join('/');
  return text ? `${address}?${text}` : address;
}

/** Goes to an address. */
export function go(address, { replace = false } = {}) {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  dispatchEvent(new Event(CHANGED));
}

function read() {
  const path = location.pathname.startsWith(ROOT) ? location.pathname.slice(ROOT.length) : '';
  const segments = path.split('/').filter(Boolean).map(decode);
  return { segments, query: Object.fromEntries(new URLSearchParams(location.search)), address: location.pathname };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where we are: `segments`, `query`, and `address` without the query. */
export function useRoute() {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => setRoute(read());
    const clicked = (event) => follow(event);
    addEventListener('popstate', changed);
    addEventListener(CHANGED, changed);
    document.addEventListener('click', clicked);
    return () => {
      removeEventListener('popstate', changed);
      removeEventListener(CHANGED, changed);
      document.removeEventListener('click', clicked);
    };
  }, []);
  return route;
}

function follow(event) {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  const href = link.getAttribute('href');
  if (href.startsWith(ROOT) && !link.hasAttribute('download') && !link.getAttribute('target')) {
    event.preventDefault();
    go(href);
  }
}
