/** In Node, sharp. Browsers get `others.browser.ts` in its place, through `imports` of package.json. */
export { decodeWithSharp as decodeOther } from './sharp.js';
