/** Everything that the appliance is asked for: REST, with the token of this session. */

const BASE = '/api/v1';
const PATIENCE_MILLIS = 60_000;

/** Why something could not be had: `status` is that of HTTP, 0 if there was no answer; the message is for people; `body` is the answer. */
export class Problem extends Error {
  constructor(status, kind, message, retryAfter) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

let authorization = null;
let refused = () => {};

/** Sends this header along from now on; `null` for none. */
export function authorize(header) {
  authorization = header;
}

/** Is called when the login that was sent along is not good any more. */
export function onRefused(listener) {
  refused = listener;
}

async function problemOf(response) {
  const retryAfter = response.headers.get('Retry-After');
  try {
    const body = await response.json();
    const problem = new Problem(response.status, body.kind ?? '', body.detail || body.title || response.statusText, retryAfter);
    return Object.assign(problem, { body });
  } catch {
    return new Problem(response.status, '', `the appliance answered ${response.status} ${response.statusText}`, retryAfter);
  }
}

/**
 * One request. Cookies and what a browser remembers of logins are never sent, so that a 401 shows our page and not the browser's box.
 * A request without an answer ends after a minute.
 */
export async function send(method, path, { body, signal, as } = {}) {
  const header = as ?? authorization;
  const headers = { Accept: 'application/json' };
  if (header) {
    headers.Authorization = header;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const timeout = AbortSignal.timeout(PATIENCE_MILLIS);
  let response;
  try {
    response = await fetch(BASE + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (e) {
    if (signal?.aborted) {
      throw e;
    }
    throw new Problem(0, 'UNAVAILABLE', 'the appliance does not answer');
  }
  if (response.ok) {
    return response.status === 204 ? null : response.json();
  }
  const problem = await problemOf(response);
  if (response.status === 401 && !as && header === authorization) {
    refused(problem);
  }
  throw problem;
}

/** Reads something. Parameters without a value are left out; a list is given several times. */
export function get(path, parameters = {}, signal) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') {
        query.append(name, one);
      }
    }
  }
  const text = query.toString();
  return send('GET', text ? `${path}?${text}` : path, { signal });
}

/** Asks for something to be done. */
export function post(path, body) {
  return send('POST', path, { body });
}

/** One segment of a path. */
export function segment(id) {
  return encodeURIComponent(id);
}
