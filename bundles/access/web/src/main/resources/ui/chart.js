/** How much an instance's backups have changed, drawn. Everything in it stands in the table beside it, too. */
import { html, useEffect, useRef, useState } from './view.js';
import { bytes, dateTime, percent } from './format.js';
import { to } from './router.js';

const HEIGHT = 220;
const LEFT = 44;
const RIGHT = 8;
const TOP = 26;
const BOTTOM = 24;
const WIDEST = 36;
const LINES = [0, 0.25, 0.5, 0.75, 1];

function useWidth() {
  const element = useRef();
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.floor(entry.contentRect.width))));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

function told(point) {
  return [
    dateTime(point.created),
    `${bytes(point.newBytes)} new (${percent(point.changeRate)} of ${bytes(point.logicalBytes)})`,
    point.incompressibleShare !== undefined && `${percent(point.incompressibleShare)} of that looks random`,
    point.suddenChange && `sudden change: ${point.suddenChange}`,
  ].filter(Boolean).join('\n');
}

/** @param points as REST gives them, oldest first */
export function ChangeChart({ points }) {
  const [element, width] = useWidth();
  const inner = width - LEFT - RIGHT;
  const step = inner / points.length;
  const bar = Math.max(2, Math.min(WIDEST, step * 0.6));
  const y = (share) => TOP + (1 - Math.min(1, share)) * (HEIGHT - TOP - BOTTOM);
  const x = (index) => LEFT + step * (index + 0.5);
  const random = points.map((p, i) => ({ p, i })).filter(({ p }) => p.incompressibleShare !== undefined && p.newBytes > 0);
  const marked = points.filter((p) => p.suddenChange).length;
  const label = `Change rate of the last ${points.length} backups, from ${dateTime(points[0].created)} to ${dateTime(points.at(-1).created)}; `
    + `${marked} of them with a sudden change`;
  return html`<figure ref=${element} class="chart">
    <svg viewBox=${`0 0 ${width} ${HEIGHT}`} width=${width} height=${HEIGHT} role="group" aria-label=${label}>
      ${LINES.map((share) => html`<g class="grid"><line x1=${LEFT} x2=${width - RIGHT} y1=${y(share)} y2=${y(share)} />
        <text x=${LEFT - 6} y=${y(share) + 4} text-anchor="end">${percent(share)}</text></g>`)}
      ${points.map((p, i) => html`<a href=${to(['backups', p.backupId])} key=${p.backupId} aria-label=${told(p)} class=${p.suddenChange ? 'sudden' : 'usual'}>
        <title>${told(p)}</title>
        <rect class="hit" x=${LEFT + step * i} y=${TOP} width=${step} height=${HEIGHT - TOP - BOTTOM} />
        <rect class="bar" x=${x(i) - bar / 2} width=${bar} y=${Math.min(y(p.changeRate), HEIGHT - BOTTOM - 1)} height=${Math.max(1, HEIGHT - BOTTOM - y(p.changeRate))} />
        ${p.suddenChange && html`<path class="mark" d=${`M${x(i)} ${TOP - 18}l9 15h-18z`} /><text class="bang" x=${x(i)} y=${TOP - 5} text-anchor="middle">!</text>`}
      </a>`)}
      <polyline class="random" points=${random.map(({ p, i }) => `${x(i)},${y(p.incompressibleShare)}`).join(' ')} />
      ${random.map(({ p, i }) => html`<circle class="random" cx=${x(i)} cy=${y(p.incompressibleShare)} r="3" />`)}
      <text class="axis" x=${LEFT} y=${HEIGHT - 6}>${dateTime(points[0].created)}</text>
      ${points.length > 1 && html`<text class="axis" x=${width - RIGHT} y=${HEIGHT - 6} text-anchor="end">${dateTime(points.at(-1).created)}</text>`}
    </svg>
    <figcaption><span><i class="key bar"></i>new to the vault, share of the data</span>
      <span><i class="key random"></i>of that, what looks random (encrypted or compressed)</span>
      <span><i class="key sudden"></i>sudden change</span></figcaption>
  </figure>`;
}
