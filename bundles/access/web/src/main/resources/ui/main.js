/** The frame around every page: who is signed in, where one can go, and which page the address means. */
import { Component, html, render, useEffect, useState } from './view.js';
import { forgetNames } from './names.js';
import { Failure, Waiting } from './parts.js';
import { to, useRoute } from './router.js';
import { onSession, resume, signOut } from './session.js';
import { BackupPage } from './pages/backup.js';
import { BackupsPage } from './pages/backups.js';
import { DestinationPage } from './pages/destination.js';
import { InstancePage } from './pages/instance.js';
import { InstancesPage } from './pages/instances.js';
import { OverviewPage } from './pages/overview.js';
import { SignInPage } from './pages/signin.js';
import { WorkflowPage } from './pages/workflow.js';
import { WorkflowsPage } from './pages/workflows.js';
import { NowherePage } from './pages/nowhere.js';

const LISTS = { backups: BackupsPage, instances: InstancesPage, workflows: WorkflowsPage };
const THINGS = { backups: BackupPage, destinations: DestinationPage, instances: InstancePage, workflows: WorkflowPage };
const PLACES = [['Overview', ''], ['Backups', 'backups'], ['Machines', 'instances'], ['Workflows', 'workflows']];

function pageOf({ segments }) {
  const [first, id, ...more] = segments;
  if (first === undefined) {
    return OverviewPage;
  }
  const page = id === undefined ? LISTS[first] : THINGS[first];
  return page && more.length === 0 ? page : NowherePage;
}

/** Keeps the frame when a page fails by a defect of its own. */
class Guard extends Component {
  componentDidCatch(defect) {
    console.error(defect);
    this.setState({ defect });
  }

  render({ children }, { defect }) {
    return defect ? html`<div class="notice bad" role="alert"><strong>This page has failed</strong><p>${String(defect)}</p>
      <p>This is a defect of the web interface. REST and the shell can do everything that it can.</p></div>` : children;
  }
}

function Frame({ session, route }) {
  const Page = pageOf(route);
  const here = route.segments[0] ?? '';
  return html`
    <a class="skip" href="#main">Skip to the content</a>
    <header>
      <a class="brand" href=${to([])}>Holdfast</a>
      <nav aria-label="Main">${PLACES.map(([name, place]) => html`
        <a href=${to(place ? [place] : [])} aria-current=${here === place ? 'page' : undefined}>${name}</a>`)}</nav>
      <span class="who"><span title=${session.me.roles.join(', ')}>${session.me.name}</span>
        <button type="button" onClick=${signOut}>Sign out</button></span>
    </header>
    <main id="main"><${Guard} key=${route.address}><${Page} id=${route.segments[1]} query=${route.query} /><//></main>`;
}

function App() {
  const route = useRoute();
  const [state, setState] = useState({ session: null, reason: null, ready: false });
  const [problem, setProblem] = useState(null);
  const begin = () => {
    setProblem(null);
    resume().then(() => setState((s) => ({ ...s, ready: true })), setProblem);
  };
  useEffect(() => {
    onSession((session, reason) => {
      forgetNames();
      setState({ session, reason, ready: true });
    });
    begin();
  }, []);
  if (state.session) {
    return html`<${Frame} session=${state.session} route=${route} />`;
  }
  if (problem) {
    return html`<main class="alone"><h1>Holdfast</h1><${Failure} problem=${problem} doing="The session could not be gone on with" retry=${begin} /></main>`;
  }
  return state.ready ? html`<${SignInPage} reason=${state.reason} />` : html`<main class="alone"><${Waiting} /></main>`;
}

const root = document.getElementById('app');
root.replaceChildren();
render(html`<${App} />`, root);
