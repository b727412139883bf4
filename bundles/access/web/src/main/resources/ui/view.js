/** The view library as pages see it: Preact with its hooks, and htm, which makes elements of tagged templates. */
import htm from './lib/htm.js';
import { h } from './lib/preact.js';

export { Component, render } from './lib/preact.js';
export { useEffect, useRef, useState } from './lib/hooks.js';

/** Elements from a template. What is put into it becomes elements or text, never HTML. */
export const html = htm.bind(h);
