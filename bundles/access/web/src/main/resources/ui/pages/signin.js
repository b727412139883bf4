import { html, useRef, useState } from '../view.js';
import { get } from '../api.js';
import { useLoad } from '../load.js';
import { State, Title } from '../parts.js';
import { signIn, signInWithToken } from '../session.js';

const HEALTH_MILLIS = 5_000;

function refusal(problem) {
  if (problem.status === 429) {
    const seconds = Number(problem.retryAfter);
    return `${problem.message}${seconds > 0 ? ` Try again in ${seconds} s.` : ''}`;
  }
  return problem.status === 401 ? `Not signed in: ${problem.message}` : problem.message;
}

/** What is wrong with the appliance; needs no login, so that whoever cannot sign in learns why. */
function Health() {
  const health = useLoad((signal) => get('/health', {}, signal), 'health', HEALTH_MILLIS);
  const told = health.problem?.body?.checks ?? health.data?.checks ?? [];
  if (health.problem && told.length === 0) {
    return html`<p class="notice bad" role="alert">The appliance does not answer, or cannot work: ${health.problem.message}</p>`;
  }
  const checks = told.filter((c) => c.status !== 'READY');
  return checks.length === 0 ? null : html`<div class="notice warn" role="status">${checks.map((c) => html`
    <p><strong>${c.name}</strong> <${State} of=${c.status} /> ${c.message}</p>`)}</div>`;
}

/** The way in. */
export function SignInPage({ reason }) {
  const [withToken, setWithToken] = useState(false);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const form = useRef();
  const submit = async (event) => {
    event.preventDefault();
    const fields = form.current.elements;
    setBusy(true);
    setProblem(null);
    try {
      await (withToken ? signInWithToken(fields.token.value.trim()) : signIn(fields.user.value.trim(), fields.password.value));
    } catch (e) {
      setProblem(e);
      setBusy(false);
      (fields.password ?? fields.token).select();
    }
  };
  return html`<main class="alone">
    <${Title} text="Holdfast" />
    ${reason && html`<p class="notice warn" role="status">${reason}</p>`}
    <${Health} />
    <form ref=${form} class="card" onSubmit=${submit} aria-label="Sign in">
      ${withToken
        ? html`<label key="token">Token<input name="token" type="password" autocomplete="off" required /></label>`
        : html`<label key="user">User<input name="user" autocomplete="username" autocapitalize="none" spellcheck="false" required /></label>
          <label key="password">Password<input name="password" type="password" autocomplete="current-password" required /></label>`}
      ${problem && html`<p class="notice bad" role="alert">${refusal(problem)}</p>`}
      <div class="buttons"><button type="submit" class="primary" disabled=${busy}>Sign in</button>
        <button type="button" class="link" onClick=${() => { setWithToken(!withToken); setProblem(null); }}>
          ${withToken ? 'With user and password' : 'With a token'}</button></div>
    </form>
    <p class="faint">The first password of <code>admin</code> is on the appliance, in the file <code>admin-password</code> in the directory${' '}
      <code>security</code> of its data. You stay signed in for 12 hours, in this tab alone.</p>
  </main>`;
}
