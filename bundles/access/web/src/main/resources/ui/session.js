/**
 * Who is at work. A password is exchanged at once for a token of a few hours and forgotten; the token is kept in sessionStorage, which
 * this tab alone sees and which goes with it.
 */
import { authorize, onRefused, send } from './api.js';

const KEY = 'holdfast.session';
const HOURS = 12;

let session = null;
let listener = () => {};

/** Calls when somebody has signed in or out, with the session or `null`, and why a session has ended. */
export function onSession(call) {
  listener = call;
}

function begin(token, tokenId, me) {
  session = { token, tokenId, me };
  authorize(`Bearer ${token}`);
  sessionStorage.setItem(KEY, JSON.stringify({ token, tokenId }));
  listener(session, null);
}

function end(reason) {
  session = null;
  authorize(null);
  sessionStorage.removeItem(KEY);
  listener(null, reason);
}

onRefused(() => {
  if (session) {
    end('Your login has ended. Sign in again to go on where you were.');
  }
});

function basic(user, password) {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** Signs in with user and password. */
export async function signIn(user, password) {
  const expires = new Date(Date.now() + HOURS * 3_600_000).toISOString();
  const made = await send('POST', '/tokens', {
    as: basic(user, password),
    body: { description: 'web interface', expires },
  });
  const me = await send('GET', '/me', { as: `Bearer ${made.secret}` });
  begin(made.secret, made.token.id, me);
}

/** Signs in with a token that exists; signing out does not revoke it. */
export async function signInWithToken(token) {
  const me = await send('GET', '/me', { as: `Bearer ${token}` });
  begin(token, null, me);
}

/** Goes on with the session of this tab, if it has one that is still good. */
export async function resume() {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    sessionStorage.removeItem(KEY);
  }
  if (!kept?.token) {
    return;
  }
  try {
    begin(kept.token, kept.tokenId ?? null, await send('GET', '/me', { as: `Bearer ${kept.token}` }));
  } catch (e) {
    if (e.status === 401) {
      end('Your login has ended. Sign in again to go on where you were.');
    } else {
      throw e;
    }
  }
}

/** Signs out and revokes the token that signing in has made. */
export async function signOut() {
  const { tokenId } = session ?? {};
  try {
    if (tokenId) {
      await send('DELETE', `/tokens/${encodeURIComponent(tokenId)}`);
    }
  } catch {
    // it ends by itself within hours
  }
  end(null);
}

/** Whether the one who is signed in may do something. */
export function may(permission) {
  return session !== null && session.me.permissions.includes(permission);
}
