import { html } from '../view.js';
import { Empty, Title } from '../parts.js';
import { to } from '../router.js';

/** An address that means nothing. */
export function NowherePage() {
  return html`<${Title} text="Nothing here" /><${Empty}>There is no page at this address. <a href=${to([])}>Go to the overview</a><//>`;
}
