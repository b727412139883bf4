/** Numbers and times for people. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const SHORT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const COUNT = new Intl.NumberFormat('en');
const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Bytes with a unit of powers of 1,024. */
export function bytes(count) {
  if (count === undefined || count === null) {
    return '–';
  }
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A number with separators. */
export function count(value) {
  return value === undefined || value === null ? '–' : COUNT.format(value);
}

/** A number and its noun. */
export function plural(value, one, many = `${one}s`) {
  return `${COUNT.format(value)} ${value === 1 ? one : many}`;
}

/** A share, 0 to 1. */
export function percent(share) {
  if (share === undefined || share === null) {
    return '–';
  }
  const value = share * 100;
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** A point in time in the browser's zone. */
export function dateTime(iso) {
  return SHORT.format(new Date(iso));
}

/** The same to the second, with zone, and in UTC. */
export function exactTime(iso) {
  return `${EXACT.format(new Date(iso))} (${iso})`;
}

/** How long ago, or ahead. */
export function ago(iso, now = Date.now()) {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) {
      return RELATIVE.format(Math.trunc(seconds / length), unit);
    }
  }
  return 'just now';
}

/** How long something took. */
export function duration(millis) {
  if (millis === undefined || millis === null || millis < 0) {
    return '–';
  }
  if (millis < 1000) {
    return `${millis} ms`;
  }
  const seconds = Math.round(millis / 1000);
  if (seconds < 60) {
    return `${(millis / 1000).toFixed(1)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The same with a capital letter in front. */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A constant of REST in words: `FINISHED_WITH_WARNINGS` becomes "finished with warnings". */
export function words(constant) {
  return constant.toLowerCase().replaceAll('_', ' ');
}
